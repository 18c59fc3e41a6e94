/**
 * Pictures as the server takes them. Those of other kinds the browser draws, and they are handed on as
 * PNG: SVG (as a picture: no script of it runs, nothing of it is fetched), AVIF, and HEIC where the
 * browser knows it.
 */

/** No longer side than this, in pixels: what is larger is scaled. */
const LARGEST = 4_096;
/** A drawing that says nothing of its size. */
const USUAL = 800;

/** A picture as the server takes it; null where it is none that anyone here knows. */
export async function prepared(file: File): Promise<Blob | null> {
  const kind = await kindOf(file);
  if (kind !== null) return file.slice(0, file.size, kind);
  return mayBePicture(file) ? asPng(typed(file)) : null;
}

/** The beginning of a file, a letter for each byte; a folder cannot be read. */
export async function lettersOf(file: File, length: number): Promise<string> {
  const head = await file.slice(0, length).arrayBuffer().catch(() => new ArrayBuffer(0));
  return String.fromCharCode(...new Uint8Array(head));
}

/** What a file begins with, as letters; a dot stands for any. */
const SIGNATURES: readonly (readonly [string, string])[] = [
  ["image/png", "\x89PNG"],
  ["image/jpeg", "\xff\xd8\xff"],
  ["image/webp", "RIFF....WEBP"],
  ["image/gif", "GIF8"],
];

/** Which kind of picture a file is, by what it holds: what the system calls it may be wrong. */
async function kindOf(file: File): Promise<string | null> {
  const letters = await lettersOf(file, 12);
  const fits = (signature: string): boolean =>
    [...signature].every((letter, at) => (letter === "." && at < letters.length) || letters[at] === letter);
  return SIGNATURES.find(([, signature]) => fits(signature))?.[0] ?? null;
}

/** Null where the browser cannot draw it. */
async function asPng(file: Blob): Promise<Blob | null> {
  const address = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const [w, h] = [image.naturalWidth || USUAL, image.naturalHeight || USUAL];
    const scale = Math.min(1, LARGEST / Math.max(w, h));
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [Math.max(1, Math.round(w * scale)), Math.max(1, Math.round(h * scale))];
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  } catch {
    return null;
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** Whether it may be a picture that the browser knows: by its name, or by what the system says of it. */
function mayBePicture({ name, type }: File): boolean {
  return type.startsWith("image/") || /\.(svg|avif|heic|heif|bmp|tiff?)$/i.test(name);
}

/** The file with the type that its name tells: a browser draws no SVG that is not said to be one. */
function typed(file: File): Blob {
  return /\.svg$/i.test(file.name) ? file.slice(0, file.size, "image/svg+xml") : file;
}
