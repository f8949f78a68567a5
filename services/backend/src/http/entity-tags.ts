/** The entity tags that a header such as `If-None-Match` lists; `*` is one of them. */
export function listedTags(header: string | undefined): readonly string[] {
  return header?.match(/\*|(?:W\/)?"[^"]*"/g) ?? [];
}

/** Whether a header names this very answer, weak or strong. */
export function namesWeakly(header: string | undefined, tag: string): boolean {
  const bare = (text: string): string => text.replace(/^W\//, '');
  return listedTags(header).some((listed) => listed === '*' || bare(listed) === bare(tag));
}

/** Whether a header names this very answer, byte for byte. */
export function namesStrongly(header: string | undefined, tag: string): boolean {
  return listedTags(header).some((listed) => listed === '*' || listed === tag);
}
