import { describe, expect, test } from "vitest";
import { followAtLogin, parseSiteAddress, writeSiteAddress } from "#shared/xnat/site-address.ts";

const canonical = (text: string): string => writeSiteAddress(parseSiteAddress(text));

describe("the address of a site", () => {
  test("is read as people write it", () => {
    expect(canonical("xnat.example.org")).toBe("https://xnat.example.org");
    expect(canonical(" http://Example.org:80/xnat// ")).toBe("http://example.org/xnat");
    expect(canonical("https://u:p@h.org/x/app/template/Index.vm?a=b#c")).toBe("https://h.org/x");
    expect(canonical("http://[::1]:8080/data/projects")).toBe("http://[::1]:8080");
  });

  test("is not guessed from half a scheme: a password must not go to a host called http", () => {
    for (const text of [
      "http:/xnat.example.org",
      "https:xnat.example.org",
      "ftp://x.org",
      "http://",
    ])
      expect(() => parseSiteAddress(text)).toThrow("cannot be read");
    expect(parseSiteAddress("localhost:8080/xnat/").origin).toBe("https://localhost:8080");
  });

  test("moves at login within its host only", () => {
    const site = parseSiteAddress("http://h.org:8080/a");
    const follow = (location?: string) => {
      const next = followAtLogin(site, location);
      return next === undefined ? undefined : writeSiteAddress(next);
    };
    expect(follow("https://h.org/a/data/JSESSION")).toBe("https://h.org/a");
    expect(follow("https://H.org:8443/")).toBe("https://h.org:8443");
    expect(follow("/xnat/data/JSESSION")).toBe("http://h.org:8080/xnat");
    for (const place of [
      "http://h.org:9/",
      "https://h.org.evil.org/",
      "//evil.org/",
      "ftp://h.org:8080/",
    ]) {
      expect(follow(place)).toBeUndefined();
    }
    expect(follow("https://h.org@evil.org/")).toBeUndefined();
    expect(follow(undefined)).toBeUndefined();
    expect(followAtLogin(parseSiteAddress("https://h.org"), "http://h.org/")).toBeUndefined();
  });
});
