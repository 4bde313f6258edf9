import { describe, expect, test } from "vitest";
import { openCookies, parseSessionLength } from "#shared/xnat/cookies.ts";

describe("cookies", () => {
  test("all of the host are kept, quotes belong to the value (A7)", () => {
    const cookies = openCookies("xnat.example.org");
    cookies.keep(
      [
        "JSESSIONID=ABC; Path=/; HttpOnly",
        'SESSION_EXPIRATION_TIME="1668081619871,900000"; Version=1; Path=/',
        "lb=node=1; Domain=.example.org",
      ],
      0,
    );
    expect(cookies.header()).toBe(
      'JSESSIONID=ABC; SESSION_EXPIRATION_TIME="1668081619871,900000"; lb=node=1',
    );
    cookies.keep(["JSESSIONID=DEF"], 0);
    expect(cookies.get("JSESSIONID")).toBe("DEF");
  });

  test("those of other domains, broken ones and ended ones are not", () => {
    const cookies = openCookies("xnat.example.org");
    cookies.keep(["a=1; Domain=evil.org", "b=1; Domain=ample.org", "=2", "c", "d=ä", ""], 0);
    cookies.keep(["e=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "f=1; Max-Age=0"], 1);
    expect(cookies.header()).toBe("");
    cookies.keep(["g=1; Max-Age=60"], 0);
    cookies.keep(["g=1; Max-Age=-1"], 0);
    expect(cookies.header()).toBe("");
  });

  test("are not kept without bounds, and the session is not pushed out", () => {
    const jar = openCookies("xnat.example.org");
    jar.keep(["JSESSIONID=ABCDEF", `long=${"x".repeat(5_000)}`], 0);
    for (let n = 0; n < 1_000; n++) jar.keep([`grows${n}=${n}`], 0);
    expect(jar.get("JSESSIONID")).toBe("ABCDEF");
    expect(jar.get("long")).toBeUndefined();
    expect(jar.header().split("; ").length).toBe(50);
    expect(jar.get("grows999")).toBe("999");
  });

  test("the length of the session is read with and without quotes, and nothing else", () => {
    expect(parseSessionLength('"1668081619871,900000"')).toBe(900_000);
    expect(parseSessionLength("1668081619871,900000")).toBe(900_000);
    for (const odd of [undefined, "", "1", "a,b", '"1,0"', '"1,-5"', "1,1e9"]) {
      expect(parseSessionLength(odd)).toBeUndefined();
    }
  });
});
