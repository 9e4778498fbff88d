import type { InitMessage, ToPage, ToPanel } from '../shared/protocol.js';

/** The hidden document that holds the conversation. */
export interface Frame {
  readonly element: HTMLIFrameElement;
  send(message: ToPanel): void;
  /** Begins anew, with what is stored now. */
  reload(): void;
  remove(): void;
}

/**
 * Inserts the frame and gives it a port once it has loaded. A frame that loads again (the browser threw it away) gets a new port;
 * messages sent meanwhile wait.
 */
export function createFrame(options: {
  readonly parent: ParentNode;
  readonly src: string;
  init(): InitMessage;
  onMessage(message: ToPage): void;
  /** A document of ours may be there, the first or another. */
  onLoaded(): void;
}): Frame {
  const element = document.createElement('iframe');
  const origin = new URL(options.src).origin;
  let port: MessagePort | null = null;
  const waiting: ToPanel[] = [];
  element.name = 'beseda-widget';
  element.src = options.src;
  element.onload = () => {
    const channel = new MessageChannel();
    port?.close();
    port = channel.port1;
    port.onmessage = (event: MessageEvent<ToPage>) => options.onMessage(event.data);
    // only a document of our origin gets the token: an error page of the browser does not
    element.contentWindow?.postMessage(options.init(), origin, [channel.port2]);
    for (const message of waiting.splice(0)) port.postMessage(message);
    options.onLoaded();
  };
  options.parent.append(element);
  return {
    element,
    send: (message) => {
      if (port) port.postMessage(message);
      else waiting.push(message);
    },
    reload: () => {
      port?.close();
      port = null;
      element.src = options.src;
    },
    remove: () => {
      port?.close();
      element.remove();
    },
  };
}
