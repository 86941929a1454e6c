"""Names: taken, reserved, too short, too long, looking alike; who is found by what; passwords at their bounds."""
import unicodedata

from base import BlackBox
from client import Person, unique

# (the name of one, the name of another who would be taken for them)
LOOK_ALIKES = (
    ("{0}alice", "{0}ALICE"),
    ("{0}alice", "{0}\uff41\uff4c\uff49\uff43\uff45"),  # full width
    ("{0}fish", "{0}\ufb01sh"),  # one letter for f and i
    ("{0}strasse", "{0}stra\u00dfe"),  # the sharp s
    ("{0}\u00e5sa", "{0}a\u030asa"),  # a letter, and its parts
    ("{0}kelvin", "{0}\u212aelvin"),  # the unit's sign
    ("{0}\u03bb\u03cc\u03b3\u03bf\u03c3", "{0}\u039b\u038c\u0393\u039f\u03a3"),  # a final sigma has no capital
    ("{0}\u1e9b\u0323", "{0}\u1e61\u0323"),  # a long s with a dot, and with two
)
RESERVED = ("info", "profile", "search", "status", "INFO", "Search", "\uff49\uff4e\uff46\uff4f", "pro\ufb01le",
            "\u017ftatus")
REFUSED = ("", "ab", "a", "x" * 21, "\u5f20" * 2, "\u5f20" * 21, "a b c", " abc", "abc ", "a/b", "a\\b", "<b>x", "a'b",
           "a\"b", "a%b", "a\u200bbc", "a\u200dbc", "a\u00adbc", "a\u202ebc", "a\u2066bc", "a\u3164bc", "a\ufeffbc",
           "a\nbc", "a\x00bc", "a\tbc", "a\u00a0bc", "___", "...", "-.-", "\u0301abc", "a\U0001f600b", "@abc", "a#bc",
           "a,b,c", "ab\u2082", "ab\u2460", "me", "a\ud800b")


class Usernames(BlackBox):
    async def test_a_name_that_is_taken_and_all_that_look_like_it(self):
        for first, second in LOOK_ALIKES:
            mine = unique("x")[-8:]
            with self.subTest(second):
                await self.person(first.format(mine))
                await self.assert_refused("CONFLICT", self.person(second.format(mine)), 409)
                await self.assert_refused("CONFLICT", self.person(first.format(mine)), 409)

    async def test_each_spelling_signs_in_and_is_the_same_person(self):
        mine = unique("x")[-8:]
        person = await self.person(f"{mine}stra\u00dfe")
        for name in (f"{mine}strasse", f"{mine}STRASSE", f"{mine.upper()}Stra\u00dfe"):
            signed_in = await self.nobody.post("/api/v1/auth/login", {"username": name, "password": person.password})
            self.assertEqual(signed_in["user"]["userId"], person.id)
            # It is shown as it was written when it was made.
            self.assertEqual(signed_in["user"]["username"], person.name)
            self.assertEqual((await person.get(f"/api/v1/users/{name}"))["userId"], person.id)

    async def test_names_that_are_refused(self):
        for name in REFUSED + RESERVED:
            with self.subTest(ascii(name)):
                await self.assert_refused("INVALID_PARAMS", self.person_raw(name), 400)

    async def person_raw(self, name):
        # A name of "" is a name, not the absence of one.
        return await self.nobody.post("/api/v1/auth/register", {"username": name, "password": "secret1"})

    async def test_names_at_their_bounds(self):
        for name in ("abc", "\u5f20\u4e09\u4e30", "\u5f20" * 20, "x" * 20):
            # Others of this run may have it: taken is as good as made.
            status, _, body = await self.nobody.raw("POST", "/api/v1/auth/register",
                                                    {"username": name, "password": "secret1"})
            self.assertIn(status, (201, 409), body)
        mine = unique("n")
        await self.person(mine.ljust(20, "z"))
        await self.person("\u5f20" + mine)

    async def test_a_name_that_looks_like_a_route_is_not_one(self):
        person = await self.person("me." + unique("")[-10:])
        self.assertEqual((await person.get(f"/api/v1/users/{person.name}"))["userId"], person.id)
        await self.assert_refused("METHOD_NOT_ALLOWED", person.get("/api/v1/users/me"), 405)


class Search(BlackBox):
    async def test_a_prefix_is_folded_as_names_are(self):
        seeker = await self.person()
        mine = unique("q")[-9:]
        person = await self.person(f"{mine}Stra\u00dfen")
        for prefix in (mine, mine.upper(), f"{mine}stra", f"{mine}STRASS", f"{mine}stra\u00df",
                       mine + unicodedata.normalize("NFD", "Stra\u00dfe"), f"{mine}\uff53"):
            with self.subTest(prefix):
                found = await seeker.get(f"/api/v1/users/search?q={prefix}")
                self.assertEqual([one["userId"] for one in found], [person.id])
        for other in (f"{mine}x", mine[1:] + "stra", "%25", f"{mine[:-1]}_"):
            with self.subTest(other):
                found = await seeker.get(f"/api/v1/users/search?q={other}")
                self.assertNotIn(person.id, [one["userId"] for one in found])

    async def test_a_search_for_nothing_is_refused(self):
        person = await self.person()
        for query in ("", "?q=", "?q=%20", "?q=a%0Ab", "?q=%C2%AD", "?q=" + "x" * 500):
            await self.assert_refused("INVALID_PARAMS", person.get("/api/v1/users/search" + query), 400)


class Passwords(BlackBox):
    async def test_at_their_bounds(self):
        for password in ("", "12345", "x" * 73, "\u5f20" * 25, "secret1\x00", "\x00secret1", "sec\x00ret1"):
            with self.subTest(ascii(password)):
                await self.assert_refused("INVALID_PARAMS", self.person(password=password), 400)
        for password in ("123456", "x" * 72, "\u5f20" * 24, "\u5f20\u4e09", " spaces ", "tab\tquote\"back\\"):
            with self.subTest(ascii(password)):
                person = await self.person(password=password)
                await self.sign_in(person, password)

    async def sign_in(self, person, password):
        signed_in = await self.nobody.post("/api/v1/auth/login", {"username": person.name, "password": password})
        return Person(self.session, self.url, signed_in, password)

    async def test_every_byte_counts(self):
        long = "x" * 71
        person = await self.person(password=long + "1")
        await self.sign_in(person, long + "1")
        for wrong in (long + "2", long, long + "12", long + "1\x00", long + "1" + "y" * 100, ""):
            with self.subTest(len(wrong)):
                status, _, body = await self.nobody.raw("POST", "/api/v1/auth/login",
                                                        {"username": person.name, "password": wrong})
                self.assertIn((status, body["code"]), ((401, "UNAUTHORIZED"), (400, "INVALID_PARAMS")))
            # A right one forgives, so that this is about passwords and not about trying too often.
            await self.sign_in(person, long + "1")

    async def test_a_new_one_has_the_same_bounds(self):
        person = await self.person()
        for password in ("12345", "x" * 73, "secret1\x00"):
            await self.assert_refused("INVALID_PARAMS", person.put("/api/v1/auth/password", {
                "oldPassword": person.password, "newPassword": password}), 400)
        await self.sign_in(person, person.password)
