import { escapeHtml } from "./escape.ts";
import type { Refusal } from "./exchange.ts";

/** The status page of XNAT's REST layer. */
const statusPage = (text: string): string =>
  `<html>\n<head>\n   <title>Status page</title>\n</head>\n<body>\n<h3>${escapeHtml(text)}</h3>` +
  `<p>You can get technical details <a href="http://www.w3.org/Protocols/rfc2616/rfc2616-sec10.html">here</a>.<br>\n` +
  'Please continue your visit at our <a href="/">home page</a>.\n</p>\n</body>\n</html>\n';

/** Marks the page a browser gets in place of an answer (rule A2). */
export const loginMarker = "<!-- BEGIN xnat-templates/screens/Login.vm -->";

export const loginPage =
  `<!DOCTYPE html>\n<html>\n<head><title>Login</title></head>\n<body>\n${loginMarker}\n` +
  '<form method="post" action="login"><input name="username"><input name="password" type="password"></form>\n' +
  "<!-- END xnat-templates/screens/Login.vm -->\n</body>\n</html>\n";

/** Content type and body of an error answer: a page below /data, plain text below /xapi. */
export function errorBody(
  path: string,
  { message }: Refusal,
): { readonly contentType: string; readonly body: string } {
  return path.startsWith("/xapi")
    ? { contentType: "text/plain;charset=UTF-8", body: message }
    : { contentType: "text/html;charset=UTF-8", body: statusPage(message) };
}
