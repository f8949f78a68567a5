import { LEVELS, type Level, type Piece } from '../range-plan.ts';
import { type Parameters, timeText } from './parameters.ts';
import { ROLLUP_COLUMNS, type SegmentsQuestion, segmentsSql } from './segments.ts';

/** So many pieces of a level are parts of the statement's text; more of them are rows of a list. */
const MAX_IN_TEXT = 4;

/** As {@link segmentsSql}, for any number of pieces. */
export function piecewiseSql(parameters: Parameters, question: SegmentsQuestion): string {
  // The first one stays: the text of no piece at all would hold none of the values.
  const [first, ...rest] = question.pieces;
  const many = LEVELS.filter(
    (level) => level !== 'raw' && rest.filter((piece) => piece.level === level).length > MAX_IN_TEXT,
  );
  const isListed = ({ level }: Piece): boolean => many.includes(level);
  const inText = rest.filter((piece) => !isListed(piece));
  const listed = rest.filter(isListed);
  const text = segmentsSql(parameters, { ...question, pieces: first === undefined ? [] : [first, ...inText] });
  const lists = many.map((level) =>
    listSql(
      parameters,
      question,
      level,
      listed.filter((piece) => piece.level === level),
    ),
  );
  return [text, ...lists].join('\n         UNION ALL ');
}

function listSql(
  parameters: Parameters,
  { stock, exchange }: SegmentsQuestion,
  level: Level,
  pieces: readonly Piece[],
): string {
  const times = (moments: readonly number[]): string => parameters.add(moments.map(timeText), 'timestamptz[]');
  const starts = times(pieces.map(({ from }) => from));
  const stops = times(pieces.map(({ until }) => until));
  const only = exchange === undefined ? '' : ` AND exchange_name = ${parameters.add(exchange, 'text')}`;
  // OFFSET 0 keeps each piece one scan of the index, whatever the planner guesses about the number of pieces.
  return `SELECT buckets.* FROM unnest(${starts}, ${stops}) AS piece(start, stop)
          CROSS JOIN LATERAL (SELECT ${ROLLUP_COLUMNS} FROM price_rollups
            WHERE stock_name = ${parameters.add(stock, 'text')}${only} AND width = '${level}'
              AND bucket >= piece.start AND bucket < piece.stop OFFSET 0) buckets`;
}
