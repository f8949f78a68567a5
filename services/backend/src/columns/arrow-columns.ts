import {
  type Data,
  Decimal,
  Dictionary,
  Int8,
  Int16,
  Int32,
  Int64,
  makeData,
  TimestampMicrosecond,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';

/** Words of 32 bits in a decimal. */
const WORDS = 4;
const WORD = 2 ** 32;
const MASK = 0xffff_ffffn;

export function timeType(): TimestampMicrosecond {
  return new TimestampMicrosecond('UTC');
}

export function decimalType(kind: 'narrow' | 'wide', scale: number): Decimal {
  return new Decimal(scale, kind === 'narrow' ? 18 : 38);
}

/**
 * Rows point at names by number.
 * @param id the dictionary's number in its file
 * @param most names that there may be
 */
export function namesType(id: number, most: number): Dictionary<Utf8, Int8 | Int16 | Int32> {
  return new Dictionary(new Utf8(), most < 2 ** 7 ? new Int8() : most < 2 ** 15 ? new Int16() : new Int32(), id);
}

/** @param times whole numbers below 2^53 */
export function timeData(type: TimestampMicrosecond, times: Float64Array): Data<TimestampMicrosecond> {
  return makeData({ type, length: times.length, nullCount: 0, data: wordsOf(times) });
}

/** @param seqs whole numbers below 2^53, of which 0 is null */
export function seqData(seqs: Float64Array): Data<Int64> {
  const nullBitmap = new Uint8Array(Math.ceil(seqs.length / 8));
  let nullCount = 0;
  for (let i = 0; i < seqs.length; i++) {
    if (seqs[i] === 0) nullCount++;
    else nullBitmap[i >> 3] = (nullBitmap[i >> 3] as number) | (1 << (i & 7));
  }
  return makeData({ type: new Int64(), length: seqs.length, nullCount, nullBitmap, data: wordsOf(seqs) });
}

function wordsOf(values: Float64Array): BigInt64Array {
  const words = new Int32Array(2 * values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    words[2 * i] = value;
    words[2 * i + 1] = Math.floor(value / WORD);
  }
  return new BigInt64Array(words.buffer);
}

/** @param numbers of names, in the order of the file's dictionary. @throws RangeError there are more than was said */
export function namesData(type: ReturnType<typeof namesType>, numbers: Int32Array): Data {
  const data = new type.indices.ArrayType(numbers);
  const overflow = numbers.findIndex((number, i) => data[i] !== number);
  if (overflow >= 0) throw new RangeError(`more than ${numbers[overflow]} names in one column of an Arrow file`);
  return makeData({ type, length: numbers.length, nullCount: 0, data, dictionary: NO_NAMES });
}

// The names themselves are written when all are known.
const NO_NAMES = vectorFromArray<Utf8>([], new Utf8());

/** @param values without their points; numbers below 2^53 */
export function decimalData(type: Decimal, values: Float64Array | readonly bigint[]): Data<Decimal> {
  const data = new Uint32Array(WORDS * values.length);
  if (values instanceof Float64Array) putNumbers(data, values);
  else for (const [i, value] of values.entries()) putBigint(data, i, value);
  return makeData({ type, length: values.length, nullCount: 0, data });
}

function putNumbers(data: Uint32Array, values: Float64Array): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    const high = Math.floor(value / WORD);
    data[WORDS * i] = value;
    data[WORDS * i + 1] = high;
    if (value < 0) data.fill(0xffff_ffff, WORDS * i + 2, WORDS * i + WORDS);
  }
}

/** The words of one decimal without its point. */
export function decimalWords(value: bigint): Uint32Array {
  const words = new Uint32Array(WORDS);
  putBigint(words, 0, value);
  return words;
}

function putBigint(data: Uint32Array, i: number, value: bigint): void {
  for (let word = 0; word < WORDS; word++) {
    data[WORDS * i + word] = Number((value >> BigInt(32 * word)) & MASK);
  }
}
