"""Sessions that end while their sockets are at every gateway."""
import asyncio

from base import BlackBox
from client import Person, Socket
from cluster.whole import house

# Longer than until every gateway and every logic has heard of it.
KNOCKING_SECONDS = 4


class Revocation(BlackBox):
    async def asyncSetUp(self):
        self.url = house().gateways[0].url
        await super().asyncSetUp()

    async def second_device(self, person):
        signed_in = await self.nobody.post("/api/v1/auth/login", {"username": person.name, "password": person.password})
        return Person(self.session, self.url, signed_in, person.password)

    async def at_each_gateway(self, person):
        sockets = []
        for gateway in house().gateways:
            person.url = gateway.url
            sockets.append(await person.socket())
        person.url = self.url
        return sockets

    async def come_back(self, gateway, token, code):
        """Names the token in a first frame, again and again: until a gateway and a logic have heard of the end one may
        get in, and nobody stays."""
        end = asyncio.get_running_loop().time() + KNOCKING_SECONDS
        while asyncio.get_running_loop().time() < end:
            socket = await Socket.connect(self.session, gateway.url, protocols=("gochat.v1.json",))
            await socket.send("auth", {"token": token})
            self.assertIn(await socket.closed(), (4002, code))

    async def assert_ended(self, sockets, token, code):
        returns = [self.come_back(gateway, token, code) for gateway in house().gateways]
        codes, *_ = await asyncio.gather(asyncio.gather(*[socket.closed() for socket in sockets]), *returns)
        self.assertEqual(set(codes), {code})

    async def test_a_new_password_ends_the_sockets_of_other_devices_at_every_gateway(self):
        here = await self.person()
        there = await self.second_device(here)
        theirs, own = await self.at_each_gateway(there), await self.at_each_gateway(here)
        await here.put("/api/v1/auth/password", {"oldPassword": here.password, "newPassword": "another one"})
        await self.assert_ended(theirs, there.token, 4004)
        for socket in own:
            await socket.settle()

    async def test_a_session_is_ended_from_another_device_at_every_gateway(self):
        here = await self.person()
        there = await self.second_device(here)
        theirs = await self.at_each_gateway(there)
        await here.delete(f"/api/v1/auth/sessions/{there.session_id}")
        await self.assert_ended(theirs, there.token, 4004)

    async def test_an_erased_account_is_gone_from_every_gateway(self):
        person = await self.person()
        sockets = await self.at_each_gateway(person)
        await person.delete("/api/v1/users/me", {"password": person.password})
        await self.assert_ended(sockets, person.token, 4006)
