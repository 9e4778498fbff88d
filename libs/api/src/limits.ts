/**
 * Limits of what people and programs may give, once for the API, the services and the forms. Lengths are characters as people
 * count them (code points), bounds are inclusive. A value that a service cuts instead of refusing has two: what is taken and
 * what is kept.
 */
export const LIMITS = {
  /** Of anything that has one: the base64url alphabet of 64 characters is what ids are made of. */
  id: 64,
  /** Ids in one list: members of a team, teams of an operator. */
  ids: 500,
  /** What is looked for in a list. */
  search: 200,
  /** An opaque place in a list. */
  cursor: 300,
  /** Entries of one page of a list. */
  page: 100,

  siteName: 100,
  /** Host names of a site that may show the widget. */
  domains: 100,
  /** 253 of a host name (RFC 1035 §2.3.4), `*.` before it and a port after it. */
  domain: 261,
  /** A host whose page showed the widget. */
  host: 300,
  /** What a line beside the collapsed chat has room for. */
  caption: 40,
  greeting: 1_000,
  offlineText: 1_000,
  consentText: 500,
  /** Addresses longer than this do not survive all browsers and proxies. */
  url: 2_000,
  /** Pixels between the collapsed chat and the edges of the window. */
  margin: 200,
  /** Thirty days. */
  reopenWindowHours: 720,
  /** 2 MiB: what the file store takes at most. */
  fileBytes: 2_097_152,
  /** Bytes in UTF-8; file systems take no longer name. */
  fileName: 255,
  fileType: 255,

  personName: 100,
  /** RFC 5321 §4.5.3.1.3: a path has at most 256 characters, two of them are angle brackets. */
  email: 254,
  /** What is typed at sign-in: no address is this long, and a wrong one is only wrong. */
  loginEmail: 320,
  /** NIST SP 800-63B asks for at least 8 characters; the upper bound keeps hashing cheap and leaves room for phrases. */
  passwordMin: 8,
  password: 128,
  /** What is typed as the present password; whether it is right is another question. */
  shownPassword: 1_000,
  /** A code of the second factor or a recovery code. */
  code: 50,
  ticket: 2_000,
  resetToken: 200,
  teamName: 100,
  /** Where a browser goes after single sign-on. */
  signOnBack: 1_000,
  /** The address a provider of single sign-on sends a browser back to, and what was kept for that. */
  signOnUrl: 8_000,
  /** A network address as text. */
  address: 100,

  apiKeyName: 100,
  /** The subject of an entry of the audit log. */
  auditSubject: 200,
  retentionDaysMin: 30,
  retentionDays: 3_650,
  licence: 8_000,

  replyTitle: 100,
  replyText: 10_000,
  replyFolder: 60,
  replyFiles: 10,
  /** Saved replies that are made by one call. */
  repliesAtOnce: 200,
  /** Saved replies of a site. */
  replies: 2_000,
  /** Bytes of a table of saved replies. */
  csvBytes: 1_000_000,
  /** Tags one dialog may have. */
  tags: 20,
  tagName: 40,

  timezone: 64,
  intervalsPerDay: 24,
  holidays: 400,
  holidayName: 100,
  holidayYearMin: 2_000,
  holidayYear: 2_100,

  messageText: 10_000,
  clientMessageIdMin: 8,
  clientMessageId: 64,
  /** Events of one answer. */
  events: 200,
  /** Rows of a list that are asked about at once. */
  knownRows: 500,
  /** Dialogs that are resumed at once. */
  openDialogs: 50,
  /** Operators of one gateway whose leases are renewed by one call. */
  leasedOperators: 1_000,
  /** Visitors of one gateway, likewise. */
  leasedVisitors: 10_000,

  contactName: 200,
  /** A telephone number as typed, with blanks and brackets. */
  phone: 40,
  userId: 200,
  properties: 100,
  propertyKey: 64,
  propertyText: 1_000,
  eventName: 100,
  /** Properties of one tracked event as JSON; fifty of them stand in a contact's document. */
  eventPropsJson: 4_096,
  eventPropsDepth: 4,
  visitorToken: 2_000,
  /** Address and title of a page are taken this long and kept shorter: the visitor cannot help it. */
  pageUrl: 4_000,
  pageUrlKept: 2_048,
  pageTitle: 1_000,
  pageTitleKept: 300,
  /** A word about a device, such as its language. */
  deviceWord: 100,
  userAgentKept: 1_000,
  sessionUserAgentKept: 500,
} as const;
