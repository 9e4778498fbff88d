import { Fragment, jsx, jsxs } from 'preact/jsx-runtime';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Avatar } from './view/avatar.js';
import { Icon } from './view/icons.js';

/** What parts loaded later use of the panel: the build gives them this in place of copies of their own. */
const shared = { Fragment, jsx, jsxs, useEffect, useRef, useState, Avatar, Icon };

declare global {
  // `var`: only that makes a property of the global object
  var besedaShared: typeof shared;
}
globalThis.besedaShared = shared;
