/** Names of rooms contain the site: an event of one site cannot reach a socket of another. */
export const operatorsRoom = (siteId: string): string => `site:${siteId}:operators`;
/** All sockets of widgets on a site's pages. */
export const visitorsRoom = (siteId: string): string => `site:${siteId}:visitors`;
export const contactRoom = (siteId: string, contactId: string): string => `site:${siteId}:contact:${contactId}`;
/** All sockets of one operator, whatever the site. */
export const operatorRoom = (operatorId: string): string => `operator:${operatorId}`;
