import { endReasons } from "../gen/causes.js";
import type { RoomEndpoint, RoomMember, RoomRole, RoomTemplate } from "../gen/room_pb.js";
import {
  type NEClientType,
  type NEConnectedDevice,
  NERoomEndReason,
  type NERoomMember,
  NERoomMemberInviteState,
  type NERoomRole,
} from "./published/index.js";

/** A role as its template has it; one that the template does not name has no limit. */
export function roleOf(template: RoomTemplate | undefined, name: string): NERoomRole {
  const role = template?.roles.find((known) => known.name === name);
  return { name, limit: role?.limit ?? 0, hide: role?.hide ?? false, params: role ? paramsOf(role) : undefined };
}

function paramsOf({ params }: RoomRole): NERoomRole["params"] {
  const { video, audio, screen, channelProfile } = params ?? {};
  return {
    video: video && { width: video.width, height: video.height, fps: video.fps },
    audio: audio && { profile: audio.profile, scenario: audio.scenario },
    screen: screen && {
      videoProfile: screen.videoProfile,
      preferMotionFPS: screen.preferMotionFps,
      preferDetailsFPS: screen.preferDetailsFps,
    },
    channelProfile,
  };
}

export function deviceOf(endpoint: RoomEndpoint): NEConnectedDevice {
  return {
    clientType: endpoint.clientType as NEClientType,
    deviceId: endpoint.deviceId,
    isAudioConnected: endpoint.audioConnected,
    isAudioOn: endpoint.audioOn,
    isSharingScreen: endpoint.sharingScreen,
    isSharingSystemAudio: endpoint.sharingSystemAudio,
    isVideoOn: endpoint.videoOn,
    rtcUid: Number(endpoint.rtcUid),
  };
}

/** A member as an app sees it; its state is that of its devices together. */
export function memberOf(member: RoomMember, template: RoomTemplate | undefined): NERoomMember {
  const { endpoints } = member;
  const any = (is: (endpoint: RoomEndpoint) => boolean) => endpoints.some(is);
  const first = endpoints[0];
  const role = roleOf(template, member.role);
  return {
    uuid: member.userUuid,
    name: member.userName,
    avatar: member.avatar,
    role,
    ext: member.ext,
    hide: role.hide ?? false,
    properties: { ...member.properties },
    clientType: (first?.clientType ?? 0) as NEClientType,
    connectedDeviceList: endpoints.map(deviceOf),
    rtcUid: first && Number(first.rtcUid),
    isAudioOn: any((endpoint) => endpoint.audioOn),
    isAudioConnected: any((endpoint) => endpoint.audioConnected),
    isVideoOn: any((endpoint) => endpoint.videoOn),
    isSharingScreen: any((endpoint) => endpoint.sharingScreen),
    isSharingSystemAudio: any((endpoint) => endpoint.sharingSystemAudio),
    isSharingWhiteboard: false,
    isInChatroom: any((endpoint) => endpoint.inChatroom),
    isInRtcChannel: any((endpoint) => endpoint.inRtc),
    isChatBanned: member.bans?.chat?.banned ?? false,
    inviteState: NERoomMemberInviteState.unknown,
    inWaitingRoom: false,
    isInAppInviting: false,
    isInSIPInviting: false,
  };
}

/** Why a room is over, as browsers call it. */
export function endReasonOf(reason: string): NERoomEndReason {
  const known: Record<string, string> = endReasons;
  return (Object.hasOwn(known, reason) ? known[reason] : NERoomEndReason.UNKNOWN) as NERoomEndReason;
}
