"""The shape of HTTP: envelopes, errors, CORS, health."""
from base import BlackBox
from client import Api


class Http(BlackBox):
    async def test_an_error_is_a_problem(self):
        status, headers, body = await self.nobody.raw("GET", "/api/v1/conversations")
        self.assertEqual(status, 401)
        self.assertTrue(headers["Content-Type"].startswith("application/problem+json"))
        self.assertEqual((body["success"], body["code"], body["num"], body["retryable"]),
                         (False, "UNAUTHORIZED", 1002, False))
        self.assertEqual((body["status"], body["instance"]), (401, "/api/v1/conversations"))
        self.assertTrue(body["traceId"])

    async def test_errors_speak_chinese_when_asked(self):
        _, _, body = await self.nobody.raw("GET", "/api/v1/conversations", headers={"Accept-Language": "zh-CN"})
        self.assertTrue(any("\u4e00" <= c <= "\u9fff" for c in body["message"]))

    async def test_unknown_routes_methods_and_media_types(self):
        status, _, body = await self.nobody.raw("GET", "/api/v1/no/such")
        self.assertEqual((status, body["code"]), (404, "NOT_FOUND"))
        status, headers, body = await self.nobody.raw("DELETE", "/api/v1/auth/login")
        self.assertEqual((status, body["code"]), (405, "METHOD_NOT_ALLOWED"))
        self.assertIn("POST", headers["Allow"])
        for method in ("PATCH", "PUT", "GET", "BREW"):
            status, _, body = await self.nobody.raw(method, "/api/v1/auth/login")
            self.assertEqual((status, body["code"]), (405, "METHOD_NOT_ALLOWED"), method)
        for path in ("/api", "/api/", "/api/v1", "/api/v1/", "/api/v2/conversations", "/api/v1//conversations",
                     "/api/v1/conversations/", "/api/v1/Conversations", "/api/v1/conversations/world/no"):
            status, _, _ = await self.nobody.raw("GET", path)
            self.assertEqual(status, 404, path)
        for kind in ("text/xml", "text/plain", "multipart/form-data; boundary=b", "application/jsonp", "image/png"):
            status, _, body = await self.nobody.raw("POST", "/api/v1/auth/login", data="<a/>",
                                                    headers={"Content-Type": kind})
            self.assertEqual((status, body["code"]), (415, "UNSUPPORTED_MEDIA_TYPE"), kind)

    async def test_bodies_that_are_not_json(self):
        deep = '{"username":' + "[" * 33 + "]" * 33 + "}"
        for text in ("{", "[]", '{"username":"a","username":"b"}', '{"username":NaN}', "\xff", deep):
            status, _, body = await self.nobody.raw("POST", "/api/v1/auth/login", data=text.encode("latin-1"))
            self.assertEqual((status, body["code"]), (400, "INVALID_PARAMS"), text[:40])

    async def test_a_body_above_one_mebibyte_is_413(self):
        most = b'{"username":"nobody","password":"secret1"}'.ljust(1024 * 1024)
        status, _, _ = await self.nobody.raw("POST", "/api/v1/auth/login", data=most)
        self.assertEqual(status, 401)
        status, _, _ = await self.nobody.raw("POST", "/api/v1/auth/login", data=most + b" ")
        self.assertEqual(status, 413)

    async def test_a_body_above_one_mebibyte_in_chunks_is_413(self):
        async def chunks():
            for _ in range(257):
                yield b" " * 4096
        status, _, _ = await self.nobody.raw("POST", "/api/v1/auth/login", data=chunks())
        self.assertEqual(status, 413)

    async def test_preflight_needs_no_token_and_errors_carry_cors(self):
        origin = {"Origin": "http://localhost:5173"}
        status, headers, _ = await self.nobody.raw("OPTIONS", "/api/conversations", headers={
            **origin, "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "authorization,content-type"})
        self.assertEqual(status, 204)
        self.assertEqual(headers["Access-Control-Allow-Origin"], origin["Origin"])
        self.assertIn("Authorization", headers["Access-Control-Allow-Headers"])
        self.assertIn("Content-Type", headers["Access-Control-Allow-Headers"])
        _, headers, _ = await self.nobody.raw("GET", "/api/conversations", headers=origin)
        self.assertEqual(headers["Access-Control-Allow-Origin"], origin["Origin"])
        _, headers, _ = await self.nobody.raw("GET", "/api/conversations", headers={"Origin": "http://evil.example"})
        self.assertNotIn("Access-Control-Allow-Origin", headers)

    async def test_what_is_too_large_is_told_to_a_page_of_another_host_as_every_error(self):
        origin = {"Origin": "http://localhost:5173", "Accept-Language": "zh-CN"}

        async def chunks():
            for _ in range(257):
                yield b" " * 4096
        for code, path, more in (("TOO_LARGE", "/api/auth/login", {"data": b" " * (1024 * 1024 + 1)}),
                                 ("TOO_LARGE", "/api/auth/login", {"data": chunks()}),
                                 ("URI_TOO_LONG", "/api/users/search?q=" + "x" * 4080, {})):
            status, headers, body = await self.nobody.raw("POST", path, headers=origin, **more)
            self.assertEqual((body["code"], body["status"], body["success"]), (code, status, False))
            self.assertIn("Access-Control-Allow-Origin", headers, code)
            self.assertEqual(headers["Access-Control-Allow-Origin"], origin["Origin"])
            self.assertTrue(headers["Content-Type"].startswith("application/problem+json"))
            self.assertTrue(any("\u4e00" <= c <= "\u9fff" for c in body["message"]))
        # Of what is not read to its end nobody knows the page, but the shape is the same.
        status, _, body = await self.nobody.raw("GET", "/api/user/info", headers={**origin, "X-Much": "x" * 9000})
        self.assertEqual((status, body["code"], body["num"]), (431, "HEADERS_TOO_LARGE", 1021))
        status, _, body = await self.nobody.raw("GET", "/api/user/info?" + "x" * 9000, headers=origin)
        self.assertEqual((status, body["code"], body["num"]), (414, "URI_TOO_LONG", 1022))

    async def test_health(self):
        for path in ("/livez", "/readyz", "/healthz"):
            status, _, _ = await self.nobody.raw("GET", path)
            self.assertEqual(status, 200, path)

    async def test_ids_are_strings_and_numbers_are_refused_with_a_hint(self):
        person = await self.person()
        status, _, body = await person.raw("POST", "/api/v1/friends", {"friendId": 4711})
        self.assertEqual(status, 400)
        self.assertIn("friendId", body["message"])

    async def test_a_token_of_a_megabyte_is_refused(self):
        status, _, _ = await Api(self.session, self.url, "x" * 100_000).raw("GET", "/api/v1/conversations")
        self.assertIn(status, (401, 431))
