import { describe, expect, test } from "vitest";
import { wireErrorOf } from "#shared/xnat/wire-error.ts";

const failure = (code: string, message = "", cause?: unknown): Error =>
  Object.assign(new Error(message, { cause }), { code });

describe("a broken line", () => {
  test.each([
    ["ECONNRESET", "", "transient", true],
    ["ECONNREFUSED", "", "transient", false],
    ["EAI_AGAIN", "getaddrinfo EAI_AGAIN proxy.example.org", "transient", false],
    ["UND_ERR_CONNECT_TIMEOUT", "", "transient", false],
    ["UND_ERR_BODY_TIMEOUT", "", "transient", true],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "Host: proxy.example.org", "protocol", false],
    ["CERT_HAS_EXPIRED", "", "protocol", false],
    ["UND_ERR_ABORTED", "Proxy response (504) !== 200 when HTTP Tunneling", "proxy", false],
    ["UND_ERR_INVALID_ARG", "Proxy Authentication Required (407)", "protocol", false],
    ["UND_ERR_REQ_CONTENT_LENGTH_MISMATCH", "", "validation", true],
    ["Z_DATA_ERROR", "incorrect header check", "transient", true],
    ["", "what", "transient", true],
  ])("%s %s is %s", (code, message, kind, maySent) => {
    expect(wireErrorOf(failure(code, message))).toMatchObject({ kind, maySent });
  });

  test.each([
    ["SELF_SIGNED_CERT_IN_CHAIN", "NODE_EXTRA_CA_CERTS"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "NODE_EXTRA_CA_CERTS"],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "NODE_EXTRA_CA_CERTS"],
    ["CERT_HAS_EXPIRED", "renew"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "name"],
    ["ERR_SSL_WRONG_VERSION_NUMBER", "http://"],
    ["EPROTO", "http://"],
  ])("%s says what to do: %s", (code, word) => {
    expect(wireErrorOf(failure(code)).hint).toContain(word);
  });

  test("the innermost cause counts, also of several addresses", () => {
    const inner = failure("ECONNREFUSED");
    expect(wireErrorOf(failure("UND_ERR_SOCKET", "", inner)).code).toBe("ECONNREFUSED");
    const several = new AggregateError([failure("ECONNREFUSED"), failure("EHOSTUNREACH")]);
    expect(wireErrorOf(several)).toMatchObject({ code: "ECONNREFUSED", maySent: false });
  });

  test("keeps nothing of the library's error, which may hold headers", () => {
    const error = wireErrorOf(failure("X", "Cookie: JSESSIONID=1"));
    expect(`${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain(
      "JSESSIONID",
    );
  });
});
