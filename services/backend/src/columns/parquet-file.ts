import { gzipSync } from 'node:zlib';
import { ByteWriter, type SchemaElement } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';

type FileMetaData = Parameters<typeof writeMetadata>[1];
type RowGroup = FileMetaData['row_groups'][number];
type Chunk = RowGroup['columns'][number];
type ColumnMetaData = NonNullable<Chunk['meta_data']>;

/** Values of one column in a row group, encoded. */
export interface EncodedColumn {
  readonly encoding: ColumnMetaData['encodings'][number];
  /** Of those that are not null. */
  readonly values: Uint8Array;
  /** Which are null, of an optional column: definition levels as bits. */
  readonly nulls?: { readonly count: number; readonly levels: Uint8Array };
  /** The distinct values that `values` points at, in PLAIN. */
  readonly dictionary?: { readonly count: number; readonly bytes: Uint8Array };
  /** Bounds that the reader may skip the row group by. */
  readonly least?: bigint;
  readonly most?: bigint;
}

const NO_NULLS = { count: 0, levels: new Uint8Array(0) };
const MAGIC = Buffer.from('PAR1');
/** Packed bits seldom get smaller; then nobody has to unpack them. A part of a page tells. */
const WORTH_IT = 0.9;
const PROBE_BYTES = 16_384;

/** The bytes of a Parquet file of flat columns, row group by row group. Its pages' and its foot's form is the library's. */
export class ParquetFile {
  readonly #schema: SchemaElement[];
  readonly #groups: RowGroup[] = [];
  #rows = 0;
  #offset = MAGIC.length;

  /** @param columns flat ones, with a type each */
  constructor(columns: readonly SchemaElement[]) {
    this.#schema = [{ name: 'ticks', num_children: columns.length }, ...columns];
  }

  head(): Uint8Array {
    return MAGIC;
  }

  /** @param columns in the order of the file's */
  rowGroup(rows: number, columns: readonly EncodedColumn[]): Uint8Array {
    const writer = new ByteWriter(
      columns.reduce((bytes, { values, nulls = NO_NULLS }) => bytes + values.length + nulls.levels.length + 1024, 0),
    );
    const chunks = columns.map((column, i) => this.#chunk(writer, this.#schema[i + 1] as SchemaElement, rows, column));
    const size = (pick: 'total_uncompressed_size' | 'total_compressed_size'): bigint =>
      chunks.reduce((sum, { meta_data }) => sum + (meta_data?.[pick] ?? 0n), 0n);
    this.#groups.push({
      columns: chunks,
      num_rows: BigInt(rows),
      total_byte_size: size('total_uncompressed_size'),
      total_compressed_size: size('total_compressed_size'),
    });
    this.#rows += rows;
    this.#offset += writer.offset;
    return writer.getBytes();
  }

  foot(): Uint8Array {
    const writer = new ByteWriter();
    const metadata = {
      version: 2,
      created_by: 'tickwatch',
      schema: this.#schema,
      num_rows: BigInt(this.#rows),
      row_groups: this.#groups,
      metadata_length: 0,
    };
    writeMetadata(writer, metadata);
    writer.appendBytes(MAGIC);
    return writer.getBytes();
  }

  #chunk(writer: ByteWriter, { name, type }: SchemaElement, rows: number, column: EncodedColumn): Chunk {
    const { values, dictionary, encoding, least, most, nulls = NO_NULLS } = column;
    const probe = values.subarray(0, PROBE_BYTES);
    const isZipped = zip(probe).length < probe.length * WORTH_IT;
    const start = this.#offset + writer.offset;
    const from = writer.offset;
    let unpacked = 0;
    if (dictionary !== undefined) {
      const bytes = isZipped ? zip(dictionary.bytes) : dictionary.bytes;
      writePageHeader(writer, {
        type: 'DICTIONARY_PAGE',
        uncompressed_page_size: dictionary.bytes.length,
        compressed_page_size: bytes.length,
        dictionary_page_header: { num_values: dictionary.count, encoding: 'PLAIN' },
      });
      unpacked += writer.offset - from + dictionary.bytes.length;
      writer.appendBytes(bytes);
    }
    const pageAt = writer.offset;
    const bytes = isZipped ? zip(values) : values;
    writePageHeader(writer, {
      type: 'DATA_PAGE_V2',
      uncompressed_page_size: nulls.levels.length + values.length,
      compressed_page_size: nulls.levels.length + bytes.length,
      data_page_header_v2: {
        num_values: rows,
        num_nulls: nulls.count,
        num_rows: rows,
        encoding,
        definition_levels_byte_length: nulls.levels.length,
        repetition_levels_byte_length: 0,
        is_compressed: isZipped,
      },
    });
    unpacked += writer.offset - pageAt + nulls.levels.length + values.length;
    writer.appendBytes(nulls.levels);
    writer.appendBytes(bytes);
    return {
      file_offset: BigInt(start),
      meta_data: {
        type: type as ColumnMetaData['type'],
        encodings: dictionary === undefined ? [encoding] : ['PLAIN', encoding],
        path_in_schema: [name],
        codec: isZipped ? 'GZIP' : 'UNCOMPRESSED',
        num_values: BigInt(rows),
        total_uncompressed_size: BigInt(unpacked),
        total_compressed_size: BigInt(writer.offset - from),
        data_page_offset: BigInt(this.#offset + pageAt),
        ...(dictionary === undefined ? {} : { dictionary_page_offset: BigInt(start) }),
        ...(least === undefined || most === undefined ? {} : { statistics: boundsOf(least, most, nulls.count) }),
      },
    };
  }
}

function zip(bytes: Uint8Array): Uint8Array {
  return gzipSync(bytes, { level: 1 });
}

function boundsOf(least: bigint, most: bigint, nulls: number) {
  return { min_value: least, max_value: most, null_count: BigInt(nulls) };
}
