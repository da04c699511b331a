import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

const indent = '    ';
const widest = 110;
const proseWidth = 96;

const cut = (line: string): string => (line.length > widest ? `${line.slice(0, widest - 1)}…` : line);

/** Breaks a text at spaces into lines of at most `width` characters; a longer word gets a line of its own. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + word.length + 1 > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** What the tour prints. Colours only on a terminal, and never where NO_COLOR is set. */
export class Screen {
  readonly #stream: NodeJS.WritableStream;

  constructor(stream: NodeJS.WritableStream = process.stdout) {
    this.#stream = stream;
  }

  line(text = ''): void {
    this.#stream.write(`${text}\n`);
  }

  /** A step begins. */
  heading(number: string, title: string): void {
    this.line(`\n${this.#paint(['bold'], `${number}  ${title}`)}`);
  }

  /** Sentences for the reader. */
  prose(text: string): void {
    for (const line of wrap(text, proseWidth)) this.line(`  ${line}`);
  }

  /** A command that is run, as a person would type it; it may have several lines. */
  command(text: string): void {
    this.line();
    for (const [index, line] of text.split('\n').entries()) {
      this.line(`  ${this.#paint(['cyan'], `${index === 0 ? '$' : '>'} ${line}`)}`);
    }
  }

  /** What a command answered: the first lines of it, each cut to the width of a page. */
  answer(text: string, mostLines = 12): void {
    const lines = (text.trimEnd() || '(nothing)').split('\n');
    for (const line of lines.slice(0, mostLines)) this.line(this.#paint(['dim'], indent + cut(line)));
    const more = lines.length - mostLines;
    if (more > 0) this.line(this.#paint(['dim'], `${indent}… ${more} more lines`));
  }

  /** A long answer that has to be read to its end. */
  wholeAnswer(text: string): void {
    for (const line of wrap(text, proseWidth)) this.line(this.#paint(['yellow'], indent + line));
  }

  seen(title: string, seconds: number): void {
    this.line(`\n  ${this.#paint(['green'], `✓ ${title}`)}  (${seconds.toFixed(1)} s)`);
  }

  notSeen(title: string, reason: string): void {
    this.line(`\n  ${this.#paint(['red'], `✗ ${title}`)}`);
    for (const line of reason.split('\n')) this.line(`    ${line}`);
  }

  #paint(style: Style, text: string): string {
    // styleText itself asks whether the stream is a terminal, and heeds NO_COLOR.
    return styleText(style, text, { stream: this.#stream });
  }
}
