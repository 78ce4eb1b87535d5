import { create } from "@bufbuild/protobuf";
import { codeOf, localFailure } from "../core/api.js";
import type { CodeName } from "../gen/codes.js";
import { type FilePlace, type FileRef, FileUploadSchema } from "../gen/file_pb.js";
import { CallError, type Driver } from "./driver.js";

export type Progress = (transferred: number, total: number) => void;

/** Stores a file: the link gives it a place, HTTP takes the content. */
export async function upload(
  driver: Driver,
  blob: Blob,
  signal: AbortSignal | null,
  progress: Progress,
): Promise<FileRef> {
  const name = blob instanceof File ? blob.name : "file";
  const contentType = blob.type || "application/octet-stream";
  const value = create(FileUploadSchema, { name, sizeBytes: BigInt(blob.size), contentType });
  const answer = await driver.call({ type: "ask", body: { case: "fileUpload", value } });
  const place = answer.type === "replied" && answer.body.case === "fileUpload" ? answer.body.value : null;
  if (!place?.file) throw new CallError(localFailure("FrameUnknown"));
  const md5 = await put(driver, place, blob, contentType, signal, progress);
  return { ...place.file, md5: place.file.md5 || md5 };
}

/** Answers the content's MD5. By XMLHttpRequest, since fetch does not tell how far an upload is. */
function put(
  driver: Driver,
  place: FilePlace,
  blob: Blob,
  contentType: string,
  signal: AbortSignal | null,
  progress: Progress,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (code: CodeName) => reject(new CallError(localFailure(code)));
    const request = new XMLHttpRequest();
    request.open("PUT", absolute(driver, place.putPath));
    request.setRequestHeader("Content-Type", contentType);
    request.upload.onprogress = ({ loaded, total }) => progress(loaded, total);
    request.onload = () => {
      const { code = -1, file } = answerOf(request.responseText);
      if (request.status >= 200 && request.status < 300) resolve(file?.md5 ?? "");
      else fail(codeOf(0, code));
    };
    request.onerror = () => fail("NetworkUnavailable");
    request.onabort = () => fail("RequestIgnored");
    signal?.addEventListener("abort", () => request.abort(), { once: true });
    request.send(blob);
  });
}

interface StoredAnswer {
  readonly code?: number;
  readonly file?: { readonly md5?: string };
}

function answerOf(text: string): StoredAnswer {
  try {
    return JSON.parse(text) as StoredAnswer;
  } catch {
    return {};
  }
}

/** Fetches a stored file. */
export async function download(driver: Driver, url: string, signal: AbortSignal, progress: Progress): Promise<Blob> {
  let answer: Response;
  try {
    answer = await fetch(absolute(driver, url), { signal, credentials: "omit" });
  } catch {
    throw new CallError(localFailure(signal.aborted ? "RequestIgnored" : "NetworkUnavailable"));
  }
  if (!answer.ok || !answer.body) throw new CallError(localFailure(answer.status === 404 ? "NotFound" : "Failure"));
  const total = Number(answer.headers.get("Content-Length") ?? 0);
  const chunks: BlobPart[] = [];
  const reader = answer.body.getReader();
  for (let transferred = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value as BlobPart);
    transferred += value.length;
    progress(transferred, total);
  }
  return new Blob(chunks, { type: answer.headers.get("Content-Type") ?? "" });
}

/** Hands a file to the browser as a download. */
export function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name.split(/[\\/]/).pop() ?? "file";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 0);
}

/** The file that a person chose in the input of that id. */
export function fileInput(id: string): File | undefined {
  const input = document.getElementById(id);
  return input instanceof HTMLInputElement ? input.files?.[0] : undefined;
}

/** A file of the driver's server by its whole address, so that a page from elsewhere can use it too. */
export function absolute(driver: Driver, url: string): string {
  return url.startsWith("/") ? driver.address.http(url) : url;
}
