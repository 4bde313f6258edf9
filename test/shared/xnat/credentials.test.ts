import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { findCredentials, parseNetrc } from "#shared/xnat/credentials.ts";

const folder = mkdtempSync(join(tmpdir(), "netrc-"));
const netrc = join(folder, ".netrc");
writeFileSync(
  netrc,
  'machine Xnat.example.org\n  login demo password "a \\" b"\nmacdef init\n machine evil login x password y\n\n# machine c login c password c\nmachine xnat.example.org login second password second\ndefault login any password thing\n',
);
afterAll(() => rmSync(folder, { recursive: true }));
const none = join(folder, "none");

describe("credentials", () => {
  test("come from the environment XNAT sets in containers", () => {
    const environment = { XNAT_HOST: "https://x.org/xnat/", XNAT_USER: "u", XNAT_PASS: "p" };
    const expected = { url: "https://x.org/xnat", user: "u", password: "p" };
    expect(findCredentials({}, environment, none)).toEqual(expected);
    expect(findCredentials({ url: "" }, environment, none)).toEqual(expected);
    expect(findCredentials({ url: "x.org/xnat/app/template/Index.vm" }, environment, none)).toEqual(
      expected,
    );
  });

  test("of XNAT_HOST are not given to another site", () => {
    const environment = { XNAT_HOST: "https://x.org", XNAT_USER: "u", XNAT_PASS: "p" };
    for (const url of ["https://y.org", "http://x.org", "https://x.org:8443"]) {
      expect(() => findCredentials({ url }, environment, none)).toThrow("belong to XNAT_HOST");
    }
    expect(findCredentials({ url: "xnat.example.org" }, environment, netrc).user).toBe("demo");
  });

  test("else from .netrc, never its default entry", () => {
    expect(findCredentials({ url: "https://xnat.example.org:8443/x" }, {}, netrc)).toEqual({
      url: "https://xnat.example.org:8443/x",
      user: "demo",
      password: 'a " b',
    });
    expect(() => findCredentials({ url: "https://other.org" }, {}, netrc)).toThrow(
      expect.objectContaining({ code: "E-NO-CREDENTIALS", exitCode: 2 }),
    );
    expect([...parseNetrc("machine a login b")]).toEqual([["a", { login: "b" }]]);
    expect(parseNetrc("macdef x\n machine evil login x\n\nmachine b").has("evil")).toBe(false);
  });

  test("without an address, or with one that is none, there is no server", () => {
    for (const url of [undefined, " ", "ftp://x.org", "https://", "https://[x"]) {
      expect(() => findCredentials({ url }, {}, netrc)).toThrow(
        expect.objectContaining({ code: "E-NO-SERVER" }),
      );
    }
  });

  test("a user with a colon cannot log in by Basic", () => {
    const environment = { XNAT_HOST: "x.org", XNAT_USER: "u:v", XNAT_PASS: "p" };
    expect(() => findCredentials({}, environment, none)).toThrow("colon");
  });
});
