import {
  AsyncByteQueue,
  type Data,
  Dictionary,
  type Field,
  makeData,
  RecordBatch,
  RecordBatchFileWriter,
  Schema,
  Struct,
  type Utf8,
  vectorFromArray,
} from 'apache-arrow';

/** The bytes of an Arrow IPC file, batch by batch. */
export class ArrowFile {
  readonly #schema: Schema;
  readonly #writer = new DictionariesLast();
  readonly #pieces = new Pieces();

  constructor(fields: readonly Field[]) {
    this.#schema = new Schema([...fields]);
    this.#writer.reset(this.#pieces, this.#schema);
  }

  /** @param columns in the order of the fields. @returns what the file goes on with */
  batch(rows: number, columns: readonly Data[]): Uint8Array {
    const struct = makeData({
      type: new Struct(this.#schema.fields),
      length: rows,
      nullCount: 0,
      children: [...columns],
    });
    this.#writer.write(new RecordBatch(this.#schema, struct));
    return this.#pieces.take();
  }

  /** @param names those that the columns of each dictionary pointed at, by the dictionary's number */
  foot(names: ReadonlyMap<number, readonly string[]>): Uint8Array {
    for (const { type } of this.#schema.fields) {
      if (type instanceof Dictionary) this.#writer.writeNames(type, names.get(type.id) ?? []);
    }
    this.#writer.finish();
    return this.#pieces.take();
  }
}

/**
 * Writes dictionaries behind the batches, where all names are known: a file's foot says where they are, so that readers have
 * them first. Not all readers take a dictionary that grows on the way.
 */
class DictionariesLast extends RecordBatchFileWriter {
  protected override _writeDictionaries(): this {
    return this;
  }

  writeNames({ dictionary, id }: Dictionary<Utf8>, names: readonly string[]): void {
    const [data] = vectorFromArray(names, dictionary).data;
    if (data !== undefined) this._writeDictionaryBatch(data, id);
  }
}

/** Keeps what the writer writes until it is taken: what waits is never more than a batch. */
class Pieces extends AsyncByteQueue {
  #waiting: Uint8Array[] = [];

  override write(piece: Uint8Array): void {
    this.#waiting.push(piece);
  }

  take(): Uint8Array {
    const bytes = Buffer.concat(this.#waiting);
    this.#waiting = [];
    return bytes;
  }
}
