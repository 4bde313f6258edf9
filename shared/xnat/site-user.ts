import type { Call, XnatConnection } from "./connection.ts";
import { unexpected } from "./judge-answer.ts";

/** Login name of the user whose session this is; with an alias token the name of its user, not the alias. */
export async function readSiteUser(connection: XnatConnection): Promise<string> {
  const call: Call = { method: "GET", path: ["xapi", "users", "username"] };
  const { text } = await connection.text(call);
  const name = text.trim().replace(/^"(.*)"$/, "$1");
  if (name === "" || /[<>\s]/.test(name)) throw unexpected(call, "no user name", text);
  return name;
}
