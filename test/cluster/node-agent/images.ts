/** What the agent runs in place of an image. */
export interface Image {
  /** Program and first arguments: what an image's ENTRYPOINT says. */
  readonly entrypoint: readonly string[];
  /** Arguments when the container names none: what an image's CMD says. */
  readonly defaultArguments?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Image name without tag and digest → what to run. */
export type ImageMap = ReadonlyMap<string, Image>;

/** `registry:5000/team/app:v1@sha256:…` → `registry:5000/team/app` */
export function repositoryOf(image: string): string {
  const [withTag = ''] = image.split('@');
  const slash = withTag.lastIndexOf('/');
  const colon = withTag.indexOf(':', slash + 1);
  return colon === -1 ? withTag : withTag.slice(0, colon);
}

/** An image may be named in full, or by the last part of its name when the map knows that. */
export function findImage(images: ImageMap, image: string): Image | undefined {
  const repository = repositoryOf(image);
  const lastPart = repository.slice(repository.lastIndexOf('/') + 1);
  return images.get(repository) ?? images.get(lastPart);
}

/** The command line of a container, by the rules of Kubernetes: `command` replaces the entrypoint and drops the image's arguments. */
export function commandLine(
  image: Image,
  container: { command?: readonly string[]; args?: readonly string[] },
  env: Readonly<Record<string, string>>,
): string[] {
  const imageArguments = container.command === undefined ? (image.defaultArguments ?? []) : [];
  const line = [...(container.command ?? image.entrypoint), ...(container.args ?? imageArguments)];
  return line.map((word) => expand(word, env));
}

/** Replaces `$(NAME)`; `$$` is an escaped dollar, an unknown name stays as it is. */
export function expand(text: string, env: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\$|\$\(([A-Za-z_][A-Za-z0-9_.-]*)\)/g, (found: string, name?: string) => {
    if (found === '$$') return '$';
    return env[name ?? ''] ?? found;
  });
}
