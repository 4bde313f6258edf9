import { UsageError } from "#shared/errors.ts";
import type { Call, XnatConnection } from "./connection.ts";
import { variablesOf } from "./custom-variables.ts";
import { readItem } from "./items.ts";
import { complain } from "./judge-answer.ts";
import { requirePlainValue } from "./request-values.ts";

export interface VariableOwner {
  readonly project: string;
  /** Accession id or label. */
  readonly subject: string;
  /** Accession id or label; without it the variable is the subject's. */
  readonly session?: string;
}

/**
 * Sets one custom variable and reads it back; the others stay.
 *
 * The type in the parameter must be the object's own: XNAT ignores a path of another type without a word (O4). The session is
 * looked for first, since a PUT to an unknown one would make it, and one below a wrong subject would move it (O1).
 *
 * @throws UsageError E-VARIABLE (name), E-VALUE; XnatError "not-stored" when it is not there afterwards
 */
export async function writeCustomVariable(
  connection: XnatConnection,
  owner: VariableOwner,
  name: string,
  value: string,
  options: { readonly eventReason?: string } = {},
): Promise<void> {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) {
    throw new UsageError(
      "E-VARIABLE",
      `"${name}" cannot be the name of a custom variable.`,
      "Use lower-case letters, digits and _, beginning with a letter.",
    );
  }
  requirePlainValue(value, "value of a custom variable");
  const subjectPath = ["data", "projects", owner.project, "subjects", owner.subject];
  const path =
    owner.session === undefined ? subjectPath : [...subjectPath, "experiments", owner.session];
  const { xsiType } = await readItem(connection, path);
  const call: Call = {
    method: "PUT",
    path,
    query: {
      [`${xsiType}/fields/field[name=${name}]/field`]: value,
      ...(options.eventReason === undefined ? {} : { event_reason: options.eventReason }),
    },
    repeatable: true,
  };
  await connection.text(call);
  const stored = variablesOf(await readItem(connection, path)).get(name) ?? "";
  if (stored === value) return;
  throw complain("not-stored", call, {
    rule: "O4",
    found: `the server accepted ${name} = "${value}" but reads back "${stored}"`,
    hint: "Check the rights of the user, and whether the project defines this variable.",
  });
}
