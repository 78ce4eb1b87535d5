import { codeOf, failed, localFailure, type Outcome, type RoomCredential, success, type Ticket } from "../core/api.js";
import type { Address } from "./address.js";

interface LoginReply {
  readonly code: number;
  readonly msg?: string;
  readonly data?: { readonly imAccid: string; readonly linkTicket: string } | null;
}

/** The room component's login call: a room credential in, a one-time pass for the link out. */
export async function fetchTicket(
  address: Address,
  appKey: string,
  credential: RoomCredential,
  timeoutMs: number,
): Promise<Outcome<Ticket>> {
  const { userUuid, token: userToken, dynamic } = credential;
  let reply: LoginReply;
  try {
    const answer = await fetch(address.http(`/scene/apps/${encodeURIComponent(appKey)}/v1/login`), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ userUuid, userToken, authType: dynamic ? 1 : 0 }),
      signal: AbortSignal.timeout(timeoutMs),
      credentials: "omit",
    });
    reply = (await answer.json()) as LoginReply;
  } catch {
    return failed(localFailure("NetworkUnavailable"));
  }
  if (reply.code === 0 && reply.data) {
    return success({ accid: reply.data.imAccid, ticket: reply.data.linkTicket });
  }
  const code = codeOf(1, reply.code);
  const failure = localFailure(code, reply.msg || undefined);
  return failed(code === "Failure" ? { ...failure, number: reply.code } : failure);
}
