import type { Call, XnatConnection } from "./connection.ts";
import { type CustomFieldValue, customFields } from "./custom-fields.schema.ts";
import { restate } from "./judge-answer.ts";
import type { OwnerPath } from "./owner-path.ts";
import { jsonBody } from "./request-values.ts";
import { isXnatError } from "./xnat-error.ts";

export type CustomFields = Readonly<Record<string, CustomFieldValue>>;

/** JSON custom fields of an object (XNAT 1.8.8 and later); none is an empty record. */
export async function readCustomFields(
  connection: XnatConnection,
  owner: OwnerPath,
): Promise<CustomFields> {
  const call: Call = { method: "GET", path: fieldsPath(owner) };
  try {
    return await connection.json(call, customFields);
  } catch (error) {
    throw withVersion(error, call);
  }
}

/** Sets the given fields, keeps the others, and returns all. */
export async function writeCustomFields(
  connection: XnatConnection,
  owner: OwnerPath,
  fields: CustomFields,
): Promise<CustomFields> {
  const body = jsonBody(fields);
  const call: Call = { method: "PUT", path: fieldsPath(owner), body, repeatable: true };
  try {
    return await connection.json(call, customFields);
  } catch (error) {
    throw withVersion(error, call);
  }
}

/** Removes one field, if it is there, and returns the others. */
export async function deleteCustomField(
  connection: XnatConnection,
  owner: OwnerPath,
  name: string,
): Promise<CustomFields> {
  const call: Call = { method: "DELETE", path: [...fieldsPath(owner), name] };
  try {
    return await connection.json(call, customFields);
  } catch (error) {
    if (isXnatError(error, "not-found")) return readCustomFields(connection, owner);
    throw error;
  }
}

const fieldsPath = (owner: OwnerPath): readonly string[] => [
  "xapi",
  "custom-fields",
  ...owner.segments,
  "fields",
];

function withVersion(error: unknown, call: Call): unknown {
  if (!isXnatError(error, "not-found")) return error;
  return restate(error, call, {
    rule: "A10",
    found: "no such object, no access to it, or a server without custom fields",
    hint: "Custom fields need XNAT 1.8.8 or later; labels need the project in front.",
  });
}
