import type { Driver } from "../shell/driver.js";
import { absolute, upload } from "../shell/file.js";
import type { NENosService, NEResult, NEUploadResourceOptions } from "./published/index.js";
import { answering, refused } from "./result.js";

/** Stores files; they answer with their address. */
export class FileService implements NENosService {
  constructor(private readonly driver: () => Driver | null) {}

  uploadResource(options: NEUploadResourceOptions): Promise<NEResult<string>> {
    const driver = this.driver();
    if (!driver) return refused("NotInitialized");
    const progress = (loaded: number, total: number) => {
      const percentage = total > 0 ? Math.floor((loaded / total) * 100) : 0;
      options.uploadprogress?.({ loaded, total, percentage, percentageText: `${percentage}%` });
    };
    const stored = upload(driver, options.blob, null, progress);
    return answering(stored.then(({ url }) => absolute(driver, url)));
  }
}
