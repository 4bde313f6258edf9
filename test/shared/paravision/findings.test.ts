import { expect, test } from "vitest";
import { addFindings, recordFindings } from "#shared/paravision/findings.ts";

test("findings are each told once, in the order of their codes", () => {
  const findings = recordFindings();
  findings.remark("spacing-zero", "b");
  findings.remark("date-unreadable", "z");
  findings.remark("date-unreadable", "a");
  findings.remark("spacing-zero", "b");
  findings.source("EchoTime", "first");
  findings.source("EchoTime", "second");
  findings.missing("VisuUid", "a hash");
  findings.missing("VisuUid", "a hash");
  expect(findings.found()).toEqual({
    remarks: [
      { code: "date-unreadable", text: "z" },
      { code: "date-unreadable", text: "a" },
      { code: "spacing-zero", text: "b" },
    ],
    sources: { EchoTime: "first" },
    missing: [{ parameter: "VisuUid", instead: "a hash" }],
  });
});

test("a remark that every image would make is made some times only", () => {
  const findings = recordFindings();
  for (let n = 0; n < 1000; n++) findings.remark("value-unusable", String(n));
  expect(findings.found().remarks).toHaveLength(20);
});

test("findings of threads that shared the images are those of one thread", () => {
  const alone = recordFindings();
  const joined = recordFindings();
  for (let part = 0; part < 4; part++) {
    const own = recordFindings();
    for (let image = 0; image < 15; image++) {
      for (const findings of [alone, own]) {
        findings.remark(
          image % 2 === 0 ? "value-unusable" : "text-cleaned",
          `${part} ${image % 9}`,
        );
      }
    }
    addFindings(joined, own.found());
  }
  expect(joined.found()).toEqual(alone.found());
});
