import { type Static, Type } from 'typebox';

/** The token of a request was the administrator's. */
export const Administrator = Type.Object({
  administrator: Type.Literal(true),
});
export type Administrator = Static<typeof Administrator>;
