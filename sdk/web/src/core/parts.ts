import type { RoomPulled } from "../gen/room_pb.js";
import type { ReplyBody } from "./api.js";

/** The answer so far with one more part. */
export function appendPart(whole: ReplyBody, part: ReplyBody): ReplyBody {
  if (whole.case === "roomJoin" && part.case === "roomJoin") {
    whole.value.members.push(...part.value.members);
  } else if (whole.case === "roomPull" && part.case === "roomPull") {
    appendPulled(whole.value, part.value);
  } else if (whole.case === "myRoomDevices" && part.case === "myRoomDevices") {
    whole.value.rooms.push(...part.value.rooms);
  } else if (whole.case === "roomBlacklistFetch" && part.case === "roomBlacklistFetch") {
    whole.value.members.push(...part.value.members);
  } else if (whole.case === "chatPull" && part.case === "chatPull") {
    whole.value.messages.push(...part.value.messages);
    whole.value.at = part.value.at ?? whole.value.at;
  } else if (whole.case === "chatHistory" && part.case === "chatHistory") {
    whole.value.messages.push(...part.value.messages);
  } else if (whole.case === "chatMembers" && part.case === "chatMembers") {
    whole.value.members.push(...part.value.members);
  } else if (whole.case === "userPull" && part.case === "userPull") {
    whole.value.events.push(...part.value.events);
    whole.value.at = part.value.at ?? whole.value.at;
  } else {
    return part;
  }
  return whole;
}

function appendPulled(whole: RoomPulled, part: RoomPulled): void {
  if (whole.body.case === "events" && part.body.case === "events") {
    whole.body.value.events.push(...part.body.value.events);
  } else if (whole.body.case === "view" && part.body.case === "view") {
    whole.body.value.members.push(...part.body.value.members);
  } else {
    whole.body = part.body;
  }
}
