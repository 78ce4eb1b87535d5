import { createHash, randomUUID } from "node:crypto";

/** The server API, as an app's own server calls it: signed with the app's secret. */
export class Api {
  constructor(server, appKey, appSecret) {
    Object.assign(this, { server, appKey, appSecret });
  }

  async call(method, path, body) {
    const nonce = randomUUID();
    const curTime = Math.floor(Date.now() / 1000).toString();
    const checkSum = createHash("sha1")
      .update(this.appSecret + nonce + curTime)
      .digest("hex");
    const reply = await this.send(method, this.server + path, JSON.stringify(body), {
      AppKey: this.appKey,
      Nonce: nonce,
      CurTime: curTime,
      CheckSum: checkSum,
      "Content-Type": "application/json;charset=utf-8",
    });
    if (reply.code !== 0) throw new Error(`${method} ${path}: ${JSON.stringify(reply)}`);
    return reply.data;
  }

  /** The answer to a request. */
  async send(method, url, body, headers) {
    return (await fetch(url, { method, headers, body })).json();
  }

  /** A room account with an IM account of the same name. */
  async person(name) {
    const userUuid = `${name}-${randomUUID().slice(0, 8)}`;
    const made = await this.call("POST", "/neroom/v3/users", { user_uuid: userUuid, user_name: name });
    return { userUuid, userToken: made.user_token, accid: made.im_accid, imToken: made.im_token };
  }

  /** A token that the app's own server signs, good for an hour. */
  dynamicToken(userUuid) {
    const [curTime, ttl] = [Date.now(), 3600];
    const signature = createHash("sha1")
      .update(`${this.appKey}${userUuid}${curTime}${ttl}${this.appSecret}`)
      .digest("hex");
    return Buffer.from(JSON.stringify({ signature, curTime, ttl })).toString("base64");
  }
}
