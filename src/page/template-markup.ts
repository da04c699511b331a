/** Where in HTML a place is. `declaration` is what follows `<!` and is no comment; `raw` is a script's or style's text. */
type State =
  | 'text'
  | 'open'
  | 'declaration'
  | 'comment'
  | 'raw'
  | 'element'
  | 'tag'
  | 'attribute'
  | 'after-attribute'
  | 'before-value'
  | 'value';

/** Elements whose content ends only with their own end tag (HTML §13.1.2). */
const rawElements = new Set(['script', 'style', 'title', 'textarea', 'xmp', 'iframe', 'noembed', 'noframes']);

const blank = /[\t\n\f\r ]/;

/** Longer than all names that mean anything here: what is longer is as good as its beginning. */
const longestName = 64;

/**
 * Follows the HTML of a template to tell in what a tag of the template stands. It knows as much of HTML's tokenizer
 * (HTML §13.2.5) as that takes. Takes a time that grows with the text's length alone.
 */
export class Markup {
  state: State = 'text';
  /** The element of the tag that is being read, or whose raw text is; lower case, with `/` in an end tag. */
  element = '';
  /** The attribute that is being read, lower case. */
  attribute = '';
  /** What ends the value that is being read; empty for a value without quotes, or that has not begun. */
  quote = '';
  /** The last characters of a comment, a declaration or raw text. */
  #tail = '';

  /** Equal for two places exactly where the same text means the same. */
  get place(): string {
    const { state, element, attribute, quote } = this;
    switch (state) {
      case 'text':
      case 'comment':
      case 'open':
      case 'declaration':
        return state;
      case 'raw':
      case 'element':
      case 'tag':
        return `${state} ${element}`;
      case 'attribute':
      case 'after-attribute':
      case 'before-value':
      case 'value':
        return `${state} ${element} ${attribute} ${quote}`;
    }
  }

  /** Reads on. */
  read(text: string): void {
    for (let index = this.#skip(text, 0); index < text.length; index = this.#skip(text, index + 1))
      this.#steps[this.state](text.charAt(index));
  }

  /** The index of the next character that could change anything; the text's length when there is none. */
  #skip(text: string, from: number): number {
    const mark = this.#awaited();
    if (mark === '') return from;
    const found = text.indexOf(mark, from);
    const next = found === -1 ? text.length : found;
    if (this.state === 'comment')
      this.#tail = (this.#tail + text.slice(Math.max(from, next - 3), next)).slice(-3);
    return next;
  }

  /** The one character that ends what is being read now; empty where there are others. */
  #awaited(): string {
    if (this.state === 'text') return '<';
    if (this.state === 'comment') return '>';
    if (this.state === 'value') return this.quote;
    return this.state === 'raw' && !this.#tail.includes('<') ? '<' : '';
  }

  /** What stands before this place could mean something else with what comes after it. */
  get midway(): boolean {
    if (this.state === 'comment') return this.#tail.endsWith('-') || this.#tail.endsWith('-!');
    if (this.state !== 'raw') return this.state === 'open' || this.state === 'declaration';
    const mark = this.#tail.slice(this.#tail.lastIndexOf('<'));
    return mark !== '' && `</${this.element}`.startsWith(mark.toLowerCase());
  }

  /** The attribute that is being read has no value. */
  endAttribute(): void {
    if (this.state === 'attribute' || this.state === 'after-attribute') this.state = 'tag';
  }

  readonly #steps: Readonly<Record<State, (char: string) => void>> = {
    text: (char) => {
      if (char === '<') this.state = 'open';
    },
    open: (char) => {
      if (/[A-Za-z/]/.test(char)) {
        this.element = char.toLowerCase();
        this.state = 'element';
      } else if (/[!?]/.test(char)) {
        this.#tail = char;
        this.state = 'declaration';
      } else if (char !== '<') this.state = 'text';
    },
    declaration: (char) => {
      if (this.#tail.length <= 3) this.#tail += char;
      if (this.#tail === '!--') this.state = 'comment';
      else if (char === '>') this.state = 'text';
    },
    comment: (char) => {
      if (char === '>' && /--!?$/.test(this.#tail)) this.state = 'text';
      this.#tail = (this.#tail + char).slice(-3);
    },
    raw: (char) => {
      const ends = /[\t\n\f\r />]/.test(char) && this.#tail.toLowerCase() === `</${this.element}`;
      this.#tail = (this.#tail + char).slice(-this.element.length - 2);
      if (!ends) return;
      this.element = `/${this.element}`;
      this.state = 'tag';
      this.#steps.tag(char);
    },
    element: (char) => {
      if (blank.test(char) || (char === '/' && this.element !== '/')) this.state = 'tag';
      else if (char === '>') this.#close();
      else if (this.element.length < longestName) this.element += char.toLowerCase();
    },
    tag: (char) => {
      if (char === '>') this.#close();
      else if (!blank.test(char) && char !== '/') this.#startAttribute(char);
    },
    attribute: (char) => {
      if (blank.test(char)) this.state = 'after-attribute';
      else if (!this.#endsAttribute(char) && this.attribute.length < longestName)
        this.attribute += char.toLowerCase();
    },
    'after-attribute': (char) => {
      if (!blank.test(char) && !this.#endsAttribute(char)) this.#startAttribute(char);
    },
    'before-value': (char) => {
      if (char === '>') this.#close();
      else if (char === '"' || char === "'") this.#startValue(char);
      else if (!blank.test(char)) this.#startValue('');
    },
    value: (char) => {
      if (this.quote === '' && char === '>') this.#close();
      else if (this.quote === '' ? blank.test(char) : char === this.quote) this.state = 'tag';
    },
  };

  #endsAttribute(char: string): boolean {
    if (char === '>') this.#close();
    else if (char === '/') this.state = 'tag';
    else if (char === '=') this.state = 'before-value';
    else return false;
    return true;
  }

  #startAttribute(char: string): void {
    this.attribute = char.toLowerCase();
    this.quote = '';
    this.state = 'attribute';
  }

  #startValue(quote: string): void {
    this.quote = quote;
    this.state = 'value';
  }

  #close(): void {
    this.state = rawElements.has(this.element) ? 'raw' : 'text';
    this.#tail = '';
  }
}

/** The index of the last `</body>`, if there is one. */
export function endOfBody(html: string): number | undefined {
  let last: number | undefined;
  for (const { index } of html.matchAll(/<\/body[\t\n\f\r />]/gi)) last = index;
  return last;
}
