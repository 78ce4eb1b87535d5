import type { NEResult } from "./room.js";

/** Stores files. */
export interface NENosService {
  uploadResource(options: NEUploadResourceOptions): Promise<NEResult<string>>;
}

export interface NEUploadResourceOptions {
  blob: Blob;
  type: "video" | "audio" | "image" | "file";
  uploadprogress?(data: { loaded: number; percentage: number; percentageText: string; total: number }): void;
}
