import type { Tick } from '@tickwatch/core';
import { type CoveredSpan, ImportMovedError } from '@tickwatch/store';
import { asLines } from './as-lines.ts';
import { type DetectedForm, detectForm } from './detect-form.ts';
import { FileError, KnownTextError } from './file-error.ts';
import { ImportRun } from './import-run.ts';
import { chooseSource, refuseOverlap, scopeText } from './import-source.ts';
import type { ImportOptions, ImportStore, RejectedLine, TextReport } from './import-types.ts';
import { CheckpointPlan, HEAD_ROWS, type KnownText } from './known-text.ts';
import { type Line, LineReader } from './line-reader.ts';
import type { SourcePart } from './open-source.ts';
import { type Row, type RowSettings, settingsOf } from './rows.ts';

const REMEMBERED = 20;
const SAMPLE_LINES = 100;
const HAS_DIGIT = /\d/;

/** Imports one text: a file, or one of the files in a zip. */
export class TextImport {
  readonly #store: ImportStore;
  readonly #part: SourcePart;
  readonly #name: string;
  readonly #options: ImportOptions;
  readonly #settings: RowSettings;
  readonly #reader: LineReader;
  readonly #onStep: () => void;
  readonly #examples: RejectedLine[] = [];
  readonly #ticks: Tick[] = [];
  readonly #plan = new CheckpointPlan();
  #head = new Map<number, string>();
  #form: DetectedForm | undefined;
  #run: ImportRun | undefined;
  #known: KnownText | undefined;
  #source = '';
  #lines = 0;
  #last: Line | undefined;
  /** Lines that may hold a tick. */
  #withDigits = 0;
  #rows = 0;
  /** The last line behind which no row goes on. */
  #safe: Line | undefined;

  constructor(store: ImportStore, part: SourcePart, name: string, options: ImportOptions, onStep: () => void) {
    this.#store = store;
    this.#part = part;
    this.#name = name;
    this.#options = options;
    this.#onStep = onStep;
    this.#settings = settingsOf(options);
    this.#reader = new LineReader(asLines(part, options.encoding));
  }

  counts(): { lines: number; skipped: number; stored: number; rejected: number } {
    const skipped = Math.min(this.#lines, this.#known?.rows ?? 0);
    return { lines: this.#lines, skipped, stored: this.#run?.stored ?? 0, rejected: this.#run?.rejected ?? 0 };
  }

  async import(): Promise<TextReport> {
    try {
      for await (const batch of this.#reader.batches()) {
        if (this.#form === undefined) await this.#begin(batch);
        for (const line of batch) {
          const work = this.#line(line);
          if (work !== undefined) await work;
        }
      }
      return await this.#finish();
    } catch (error) {
      throw await this.#stopped(error);
    }
  }

  async #begin(batch: readonly Line[]): Promise<void> {
    const sample = batch.filter(({ text }) => text === undefined || text.trim() !== '').slice(0, SAMPLE_LINES);
    const [first] = sample;
    if (first === undefined) return;
    if (first.text === undefined) {
      throw new FileError(`line ${first.number} is not UTF-8 text: say --encoding latin1, or what else it is`);
    }
    const texts = sample.flatMap(({ text }) => (text === undefined ? [] : [text]));
    this.#form = detectForm(texts, this.#options, this.#settings);
    const { scope } = this.#form;
    this.#reader.seed(scopeText(scope));
    const head = batch.slice(0, HEAD_ROWS);
    for (const line of head) this.#head.set(line.number, this.#reader.digestAt(line.end) ?? '');
    const openRow = head.find(({ isOpen }) => isOpen)?.number;
    const chosen = await chooseSource(this.#store, this.#name, this.#options, this.#head, openRow, scope);
    this.#known = chosen.known;
    this.#source = chosen.start.source;
    this.#run = new ImportRun(this.#store, chosen.start, this.#options, this.#settings.now);
  }

  /** Not async where nothing has to be waited for: a promise a line would cost more than the line. */
  #line(line: Line): Promise<void> | undefined {
    this.#lines = line.number;
    this.#last = line;
    const [form, run] = [this.#form, this.#run];
    if (form === undefined || run === undefined) return undefined;
    if (line.text !== undefined && HAS_DIGIT.test(line.text)) {
      run.sketch.add(line.text);
      this.#withDigits++;
    }
    const isDue = this.#plan.isDue(line.number);
    if (this.#known !== undefined && line.number <= this.#known.rows) {
      this.#known.check(line, () => this.#digestOf(line));
      this.#safe = line;
      return undefined;
    }
    if (this.#known?.hasOpen(line, () => this.#digestOf(line)) === true) {
      run.keepOpen(this.#known.position, this.#known.rows);
      this.#safe = line;
      return undefined;
    }
    if (line.isOpen && !form.reader.isWithin) return this.#openLine(line, form, run);
    form.reader.read(line, this.#take);
    return this.#behind(line, form, run, isDue);
  }

  #behind(line: Line, form: DetectedForm, run: ImportRun, isDue: boolean): Promise<void> | undefined {
    if (isDue) run.checkpoint(line.number, this.#digestOf(line));
    if (form.reader.isWithin) return undefined;
    this.#safe = line;
    return run.isFull ? this.#flush(false, false) : undefined;
  }

  /** A last line without an end may be half of one: it is stored for itself, so that it can be replaced. */
  async #openLine(line: Line, form: DetectedForm, run: ImportRun): Promise<void> {
    if (this.#safe !== undefined && this.#safe.end > run.position) await this.#flush(false, false);
    form.reader.read(line, this.#take);
    if (!form.reader.isWithin) this.#safe = line;
  }

  readonly #take = (row: Row, line: Line): void => {
    this.#rows++;
    if (row.ok) {
      if (this.#ticks.length < REMEMBERED) this.#ticks.push(row.tick);
    } else if (this.#examples.length < REMEMBERED) {
      const text = line.text ?? line.bytes?.toString('latin1') ?? '';
      this.#examples.push({ file: this.#part.name, line: line.number, detail: row.detail, text });
    }
    this.#run?.take(row, line);
  };

  #digestOf(line: Line): string {
    return this.#head.get(line.number) ?? this.#reader.digestAt(line.end) ?? '';
  }

  async #flush(finished: boolean, isOpen: boolean): Promise<void> {
    const [run, safe] = [this.#run, this.#safe];
    if (run === undefined || safe === undefined) return;
    const digest = this.#digestOf(safe);
    if (run.isUntouched && this.#known === undefined && this.#options.again !== true) {
      await refuseOverlap(this.#store, run.sketch.hashes());
    }
    await run.flush({ row: safe.number, end: safe.end, digest }, { finished, isOpen });
    this.#onStep();
  }

  async #finish(): Promise<TextReport> {
    const [form, run, known] = [this.#form, this.#run, this.#known];
    if (form === undefined || run === undefined) throw new FileError('it is empty');
    const isWithin = form.reader.isWithin;
    form.reader.end(this.#take);
    if (isWithin) this.#safe = this.#last;
    const last = this.#safe;
    if (this.#rows === 0 && (known === undefined || this.#withDigits === 0))
      throw new FileError(`it has no rows (${form.seen.join('; ')})`);
    const knownBefore = known !== undefined && this.#rows === 0;
    if (!knownBefore) {
      await this.#flush(true, last?.isOpen === true && !isWithin);
      await run.settle();
    } else if (known.known.finished === false && last !== undefined && last.number >= known.rows) {
      await this.#flush(true, false);
      await run.settle();
    }
    const covered = await this.#covered(knownBefore);
    return {
      file: this.#part.name,
      source: this.#source,
      ...this.counts(),
      knownBefore,
      reasons: run.reasons,
      examples: this.#examples,
      ticks: this.#ticks,
      seen: form.seen,
      endsOpen: last?.isOpen === true,
      covered,
      closed: await this.#store.closedHoles(covered, this.#source),
    };
  }

  /** What the import covers, if it didn't before. @throws KnownTextError it can't cover what it is said to */
  async #covered(knownBefore: boolean): Promise<readonly CoveredSpan[]> {
    const { covers } = this.#options;
    const known = this.#known?.known;
    if (knownBefore && known?.finished === true) {
      if (covers === undefined) return [];
      await this.#store.coverImport(this.#source, covers);
    }
    const covered = await this.#store.importCoverage(this.#source);
    if (covers === undefined || (known?.stored ?? 0) === 0 || covered.some(({ stocks }) => stocks === undefined)) {
      return covered;
    }
    throw new KnownTextError(
      `--covers: the version that stored import "${this.#source}" did not note of which exchanges its ticks are: take it back (--undo ${this.#source}) and import the file again`,
    );
  }

  /** Stores what was read in whole, and says how to go on. */
  async #stopped(error: unknown): Promise<Error> {
    const file = this.#part.name;
    const isMoved = error instanceof ImportMovedError;
    const said = error instanceof Error ? error.message : String(error);
    const message = isMoved ? `another process imports it at the same time (${said})` : said;
    const [run, safe] = [this.#run, this.#safe];
    const isEmpty = this.#rows === 0 && this.#withDigits === 0;
    if (run === undefined || safe === undefined || isEmpty || error instanceof KnownTextError) {
      return new FileError(`${file}: ${message}`, { cause: error });
    }
    try {
      if (!isMoved && safe.end > run.position) await this.#flush(false, false);
      await run.settle();
    } catch (other) {
      if (other instanceof KnownTextError)
        return new FileError(`${file}: ${message}; ${other.message}`, { cause: other });
    }
    const stored = run.stored + (this.#known?.known.stored ?? 0);
    const goOn = 'run the same command again with the whole file: what is stored is not stored twice';
    const kept = stored === 0 ? 'nothing is stored' : `${stored} ticks are stored as import "${this.#source}"; ${goOn}`;
    return new FileError(`${file}, behind line ${this.#lines}: ${message}. ${kept}`, { cause: error });
  }
}
