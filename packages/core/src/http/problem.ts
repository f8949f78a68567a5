import { type Static, Type } from 'typebox';

/** An error answer, RFC 9457. `parameter` names what the request got wrong. */
export const Problem = Type.Object(
  {
    type: Type.String({ examples: ['about:blank'] }),
    title: Type.String({ examples: ['Unprocessable request'] }),
    status: Type.Integer({ minimum: 400, maximum: 599, examples: [422] }),
    detail: Type.Optional(Type.String({ examples: ['start_time "soon" is not a time'] })),
    parameter: Type.Optional(Type.String({ examples: ['start_time'] })),
  },
  { description: 'An error, RFC 9457' },
);

export type Problem = Static<typeof Problem>;
