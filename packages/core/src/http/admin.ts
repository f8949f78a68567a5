/** What the page hears when its token is the administrator's. */
export interface Administrator {
  readonly administrator: true;
}
