import { type Failure, localFailure, type ReplyBody, type RequestBody } from "../core/api.js";
import { type CodeName, codes, type Remedy } from "../gen/codes.js";
import { CallError, type Driver } from "../shell/driver.js";
import type { NEResult } from "./published/index.js";

/** What a call rejects with. It has the fields of a result, and says what can be done. */
export class NERoomError extends Error implements NEResult<null> {
  readonly data = null;
  /** The number that RoomKit for browsers shows for the error. */
  readonly code: number;
  /** The entry of the code table, see docs/errors.md. */
  readonly codeName: CodeName;
  /** What to do about it. */
  readonly remedy: Remedy;

  constructor(failure: Failure) {
    super(failure.message);
    this.name = "NERoomError";
    this.codeName = failure.code;
    // A number that this SDK does not know is shown as it is.
    const unknown = failure.code === "Failure" && failure.number !== codes.Failure[0];
    this.code = unknown ? failure.number : webNumber(failure.code);
    this.remedy = failure.remedy;
  }
}

/** The number that RoomKit for browsers shows for a code. */
export function webNumber(code: CodeName): number {
  return codes[code][1];
}

/** A call that succeeded. */
export function done<T>(data: T): NEResult<T> {
  return { code: 0, message: "success", data };
}

/** The answer of a call whose work is `work`; rejects with an {@link NERoomError}. */
export async function answering<T>(work: Promise<T>): Promise<NEResult<T>> {
  try {
    return done(await work);
  } catch (error) {
    throw error instanceof CallError ? new NERoomError(error.failure) : error;
  }
}

/** A call that fails here, without the server. */
export function refused(code: CodeName, message?: string): Promise<never> {
  return Promise.reject(new NERoomError(localFailure(code, message)));
}

/** A published call whose feature has not arrived. */
export function notSupported(): Promise<never> {
  return refused("NotSupported");
}

/** Asks and gives the reply's body. */
export async function askOf(driver: Driver, body: RequestBody): Promise<ReplyBody> {
  const answer = await driver.call({ type: "ask", body });
  return answer.type === "replied" ? answer.body : { case: undefined };
}
