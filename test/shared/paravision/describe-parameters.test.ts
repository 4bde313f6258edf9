import { expect, test } from "vitest";
import { describeParameters } from "#shared/paravision/describe-parameters.ts";
import { parameterFile } from "#test/phantom/paravision-files.ts";

test("a parameter file becomes JSON in the dimensions of its arrays, with what was left out", () => {
  const file = parameterFile(`##OWNER=nmr
##$Late=( 2 )
1
##$Numbers=( 2, 2 )
@3*(0.5) -7e-07
##$Word=Yes
##$__proto__=1
##$Struct=( 1 )
(5, <FG_ECHO>, 1 2)
##$Early=<cut`);
  expect(JSON.parse(JSON.stringify(describeParameters(file)))).toEqual({
    labels: { TITLE: "Parameter List, ParaVision 6.0.1", JCAMPDX: "4.24", OWNER: "nmr" },
    parameters: JSON.parse(`{
      "Numbers": [[0.5, 0.5], [0.5, -7e-7]],
      "Word": "Yes",
      "__proto__": 1,
      "Struct": [[5, "FG_ECHO", [1, 2]]]
    }`),
    complete: true,
    problems: [
      { line: 4, name: "Late", text: expect.stringContaining("1 values") },
      { line: 12, name: "Early", text: "a text without its closing >" },
    ],
  });
});
