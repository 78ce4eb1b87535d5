import type { AspectRatio } from "./enums.js";
import type { NEResult } from "./room.js";

/** The whiteboard. Not supported yet: every method refuses. */
export interface NERoomWhiteboardController {
  isJoinedWhiteboard: boolean;
  isSupported: boolean;
  destroy(): Promise<NEResult<null>>;
  exportAsBase64String?(opt?: {
    content?: "clip" | "fitToDoc" | "fitToContent" | "region";
    customBg?: boolean;
    omitSelection?: boolean;
    quality?: number;
    regionParam?: {
      cameraBound: { centerX: number; centerY: number; height: number; width: number };
      size: { height: number; width: number };
    };
    type?: "jpeg" | "png";
  }): null | { base64: string };
  getWhiteboardSharingUserUuid(): string;
  initWhiteboard(): Promise<NEResult<null>>;
  lockCameraWithContent(width: number, height: number): number;
  resetWhiteboardCanvas(view?: HTMLDivElement): Promise<NEResult<null>>;
  setCanvasBackgroundColor(color: string): number;
  setEnableDraw(enable: boolean): Promise<NEResult<null>>;
  setupWhiteboardCanvas(
    view:
      | string
      | Element
      | {
          onAuth: (script: string) => void;
          onDrawEnableChanged: (script: string) => void;
          onLogin: (script: string) => void;
          onLogout: (script: string) => void;
          onToolConfigChanged: (script: string) => void;
        },
    options?: NERoomWhiteboardSetupWhiteboardCanvasOptions,
  ): Promise<NEResult<null>>;
  startWhiteboardShare(stopCurrentShare?: boolean): Promise<NEResult<null>>;
  stopMemberWhiteboardShare(userUuid: string): Promise<NEResult<null>>;
  stopWhiteboardShare(): Promise<NEResult<null>>;
  unlockCameraWithContent(): number;
  addDoc(config: AddDocConfig): void;
  getStream(config?: getStreamConfig): null | MediaStream;
  stopStream(): void;
}

export interface NERoomWhiteboardSetupWhiteboardCanvasOptions {
  whiteBoardAddDocConfig?: AddDocConfig[];
  whiteBoardContainerAspectRatio?: AspectRatio;
}

/** Annotations on a shared screen. Not supported yet: every method refuses. */
export interface NERoomAnnotationController {
  isSupported: boolean;
  destroy(): void;
  isAnnotationEnabled(): boolean;
  resetCanvas(view?: AnnotationView): void;
  setEnableDraw(enable: boolean): void;
  setupCanvas(view: AnnotationView): void;
  startAnnotation(): Promise<NEResult<null>>;
  stopAnnotation(): Promise<NEResult<null>>;
  auth(): void;
  getWhiteboardUrl(): string;
  login(): void;
  logout(): void;
}

export interface AnnotationView {
  onAuth: (script: string) => void;
  onDrawEnableChanged: (script: string) => void;
  onLogin: (script: string) => void;
  onLogout: (script: string) => void;
  onToolConfigChanged: (script: string) => void;
}

export interface AddDocConfig {
  docId: string;
  fileType: string;
  name: string;
  params: StaticDocParam | DynamicDocParam | MediaDocParam | UrlDocParam;
  showDelete: boolean;
}

export interface StaticDocParam {
  height: number;
  offset: number;
  pageCount: number;
  template: string;
  width: number;
}

export interface DynamicDocParam {
  height: number;
  pageCount: number;
  url: string;
  width: number;
}

export interface MediaDocParam {
  bucket: string;
  object: string;
  url: string;
}

export interface UrlDocParam {
  trans: string;
  url: string;
}

export interface getStreamConfig {
  frameRate?: number;
  keepDPI?: boolean;
  width?: number;
}
