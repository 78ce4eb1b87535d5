import type {
  NERoomAnnotationController,
  NERoomInviteController,
  NERoomLiveController,
  NERoomSeatController,
  NERoomSIPController,
  NERoomWhiteboardController,
  NEWaitingRoomController,
} from "./published/index.js";
import { notSupported, webNumber } from "./result.js";

/** Names of calls by what they answer. */
interface Names {
  readonly promises?: string;
  readonly codes?: string;
  readonly texts?: string;
  readonly flags?: string;
  readonly nothing?: string;
  readonly silent?: string;
}

/**
 * A controller whose feature has not arrived: a call that promises something rejects with the code NotSupported, one that
 * answers a number answers that code, and one that answers nothing does nothing.
 */
function refusing<T extends { isSupported: boolean }>(names: Names): T {
  const controller: Record<string, unknown> = { isSupported: false };
  const answer = (list: string | undefined, call: () => unknown) => {
    for (const name of list?.split(" ") ?? []) controller[name] = call;
  };
  answer(names.promises, notSupported);
  answer(names.codes, () => webNumber("NotSupported"));
  answer(names.texts, () => "");
  answer(names.flags, () => false);
  answer(names.nothing, () => null);
  answer(names.silent, () => undefined);
  return controller as T;
}

export const liveController = (): NERoomLiveController =>
  refusing<NERoomLiveController>({
    promises:
      "addLiveStreamTask getBackgroundInfo removeLiveStreamTask startLive stopLive updateBackgroundInfo " +
      "updateLive updateLiveStreamTask",
    nothing: "getLiveInfo",
  });

export const seatController = (): NERoomSeatController =>
  refusing<NERoomSeatController>({
    promises:
      "acceptSeatInvitation addManager approveSeatRequest cancelSeatInvitation cancelSeatRequest " +
      "changeSeatIndex closeSeats getSeatInfo getSeatInvitationList getSeatRequestList kickSeat " +
      "leaveSeat openSeats rejectSeatInvitation rejectSeatRequest removeManager sendSeatInvitation " +
      "submitSeatRequest",
    silent: "addSeatEventListener removeSeatEventListener",
  });

export const whiteboardController = (): NERoomWhiteboardController =>
  refusing<NERoomWhiteboardController>({
    promises:
      "destroy initWhiteboard resetWhiteboardCanvas setEnableDraw setupWhiteboardCanvas " +
      "startWhiteboardShare stopMemberWhiteboardShare stopWhiteboardShare",
    nothing: "exportAsBase64String getStream",
    texts: "getWhiteboardSharingUserUuid",
    codes: "lockCameraWithContent setCanvasBackgroundColor unlockCameraWithContent",
    silent: "addDoc stopStream",
  });

export const annotationController = (): NERoomAnnotationController =>
  refusing<NERoomAnnotationController>({
    silent: "destroy resetCanvas setEnableDraw setupCanvas auth login logout",
    flags: "isAnnotationEnabled",
    promises: "startAnnotation stopAnnotation",
    texts: "getWhiteboardUrl",
  });

export const waitingRoomController = (): NEWaitingRoomController =>
  refusing<NEWaitingRoomController>({
    silent: "addListener removeListener",
    promises:
      "admitAllMembers admitMember changeMemberName disableWaitingRoomOnEntry enableWaitingRoomOnEntry " +
      "expelAllMembers expelMember getMemberList getWaitingRoomManagerList putInWaitingRoom",
    nothing: "getWaitingRoomInfo",
    flags: "isWaitingRoomEnabledOnEntry",
  });

export const sipController = (): NERoomSIPController =>
  refusing<NERoomSIPController>({
    promises: "callByNumber callByUserUuid callByUserUuids callOutRoomSystem cancelCall hangUpCall removeCall",
  });

export const appInviteController = (): NERoomInviteController =>
  refusing<NERoomInviteController>({
    promises: "callByUserUuid callByUserUuids cancelCall removeCall",
  });
