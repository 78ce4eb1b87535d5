/** What the page of the browser test has: the built package, and a record of what its listeners heard. */
import * as parlor from "parlor-web";

export * from "parlor-web";
export { default } from "parlor-web";

const heard: unknown[][] = [];

/** A listener whose every method writes its name and arguments down. */
function recorder(who: string): never {
  return new Proxy(
    {},
    {
      get:
        (_, name) =>
        (...args: unknown[]) => {
          heard.push([who, String(name), ...args]);
        },
      has: () => true,
    },
  ) as never;
}

/** Calls, and answers the result or the error as plain values. */
async function outcome(work: () => Promise<unknown>): Promise<unknown> {
  try {
    const result = (await work()) as { code?: number } | undefined;
    return { code: result?.code ?? 0 };
  } catch (error) {
    const { code, message, codeName } = error as { code?: number; message: string; codeName?: string };
    return { code: code ?? "none", codeName, message };
  }
}

Object.assign(window, { parlor, heard, recorder, outcome });
