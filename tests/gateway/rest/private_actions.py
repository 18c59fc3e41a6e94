"""What people do in a lesson with pages of their own, by chance."""

import json
from typing import Any

from tests.gateway.rest.images import encoded
from tests.gateway.rest.private_lesson import MARK, STUDENTS, PrivateLesson


class ActedLesson(PrivateLesson):
    """The lesson, in which people do what they may, and now and then what they may not."""

    async def step(self) -> None:
        """Do something, let it happen, and look at what everyone has been told."""
        chance = self.chance
        action = chance.choices(
            (
                *(
                    self.draw,
                    self.draw_much,
                    self.add,
                    self.show,
                    self.point,
                    self.bring,
                    self.drop,
                ),
                *(self.undo, self.copy, self.remove, self.arrange, self.restore, self.kick),
                *(self.turn_over, self.clear, self.probe),
            ),
            (16, 4, 8, 10, 5, 3, 6, 6, 4, 2, 3, 3, 2, 2, 2, 3),
        )[0]
        self.last = action.__name__
        await action()
        await self.settle()

    async def bring_pictures(self) -> None:
        """Have two people bring a picture each, and lay it on a page that they see."""
        for n, name in enumerate(("Host", "Ann")):
            content = encoded("PNG", (3 + n, 3))
            response = await self.school.call(
                *("POST", f"{self.base}/assets/"),
                token=self.tokens[name],
                content=content,
                headers={"Content-Type": "image/png"},
            )
            assert response.status_code in {200, 201}, response.text
            asset, mark = response.json()["asset"], self.mark()
            self.pictures[asset] = mark.encode()
            self.may_know([name], [mark.encode()])
            await self.settle()
            layer = self.chance.choice(self.layers_on(self.a_page(name)["id"]))
            element = {"type": "image", "id": self.mark(), "layer": layer, "asset": asset}
            put = {"op": "put", "element": element | {"x": 0, "y": 0, "w": 9, "h": 9}}
            self.edit(name, [put])
            await self.settle()

    # -- what people do

    def anyone(self) -> str:
        return self.chance.choice(("Host", *STUDENTS))

    def a_page(self, name: str) -> dict[str, Any]:
        return self.chance.choice([p for p in self.pages().values() if self.sees(name, p)])

    def layers_on(self, page_id: str) -> list[str]:
        return [each["id"] for each in self.board()["layers"] if each.get("page", "p1") == page_id]

    def _text(self, layer: str) -> dict[str, Any]:
        element = {"type": "text", "id": self.mark(), "layer": layer, "x": 1, "y": 2}
        return {"op": "put", "element": {**element, "text": f"mark {self.mark()}"}}

    async def draw(self) -> None:
        name = self.anyone()
        page = self.a_page(name)
        self.edit(name, [self._text(self.chance.choice(self.layers_on(page["id"])))])

    async def draw_much(self) -> None:
        """On several pages in one event; what is put and gone again within it, too."""
        name = self.chance.choice(("Host", "Host", *STUDENTS))
        ops = []
        for _ in range(self.chance.randrange(2, 5)):
            page = self.a_page(name)
            put = self._text(self.chance.choice(self.layers_on(page["id"])))
            ops.append(put)
            if self.chance.random() < 0.3:
                ops.append({"op": "remove", "ids": [put["element"]["id"]]})
                # Put and gone again within an event, where they see it: told as it was.
                seeing = [each for each in self.known if self.sees(each, page)]
                self.may_know(seeing, MARK.findall(json.dumps(put).encode()))
                continue
            if self.chance.random() < 0.3:
                other = self.chance.choice(self.layers_on(self.a_page(name)["id"]))
                ops.append({"op": "patch", "id": put["element"]["id"], "set": {"layer": other}})
            if self.chance.random() < 0.2:
                gone = {"op": "patch", "id": self.mark(), "set": {"text": self.mark()}}
                ops.append(gone)
                if not any("audience" in page for page in self.pages().values()):
                    self.may_know(self.known, MARK.findall(json.dumps(gone).encode()))
        self.edit(name, ops)

    def _audience(self) -> dict[str, int] | None:
        name = self.chance.choice((*STUDENTS, *STUDENTS, "Host", None))
        return None if name is None else {"user": self.ids[name]}

    async def add(self) -> None:
        page: dict[str, Any] = {"id": self.mark(), "title": f"page {self.mark()}"}
        audience = self._audience()
        if audience is not None:
            page["audience"] = audience
        layer = {"id": self.mark(), "name": f"layer {self.mark()}"}
        ops: list[dict[str, Any]] = [{"op": "add_page", "page": page, "layer": layer}]
        if self.chance.random() < 0.5:
            ops[0]["at"] = self.chance.randrange(4)
        ops += [self._text(layer["id"]) for _ in range(self.chance.randrange(3))]
        self.edit("Host", ops)

    async def show(self) -> None:
        page = self.a_page("Host")
        op: dict[str, Any] = {"op": "patch_page", "id": page["id"]}
        audience = self._audience()
        if audience is None:
            self.edit("Host", [op | {"unset": ["audience"]}])
        else:
            self.edit("Host", [op | {"set": {"audience": audience}}])

    async def point(self) -> None:
        name, tool = self.anyone(), self.mark()
        page = self.a_page(name)
        self.may_know([each for each in self.known if self.sees(each, page)], [tool.encode()])
        self.clients[name].send(
            "board",
            "pointer_move",
            {"x": 1, "y": 2, "tool": tool, "page": page["id"], "view": [0, 0, 9, 9]},
        )

    async def bring(self) -> None:
        name = self.chance.choice(("bring", "bring", "release"))
        args = {"page": self.a_page("Host")["id"]} if name == "bring" else {}
        self.clients["Host"].call(name, **args)

    async def drop(self) -> None:
        name = self.chance.choice(STUDENTS)
        client = self.clients[name]
        if client.is_connected:
            client.drop()
        else:
            await self.connect(name)

    async def undo(self) -> None:
        name = self.anyone()
        args = {"user_id": self.ids[self.anyone()]} if name == "Host" else {}
        self.clients[name].call(self.chance.choice(("undo", "undo", "redo")), **args)

    async def copy(self) -> None:
        name = self.anyone()
        args = {"page": self.a_page(name)["id"], "id": self.mark()}
        self.may_know([name], [args["id"].encode()])
        self.clients[name].call("copy_page", **args)

    async def remove(self) -> None:
        self.edit("Host", [{"op": "remove_page", "id": self.a_page("Host")["id"]}])

    async def arrange(self) -> None:
        """As who sees a part of it, too: two of the students may."""
        name = self.chance.choice(("Host", "Ann", "Ben"))
        mine = [page["id"] for page in self.pages().values() if self.sees(name, page)]
        layers = [layer for page_id in mine for layer in self.layers_on(page_id)]
        self.chance.shuffle(mine)
        self.chance.shuffle(layers)
        what: list[dict[str, Any]] = [
            {"op": "reorder_pages", "order": mine},
            {"op": "reorder_layers", "order": layers},
            {"op": "patch_layer", "id": layers[0], "set": {"page": self.chance.choice(mine)}},
            {"op": "add_layer", "layer": {"id": self.mark(), "name": self.mark(), "page": mine[0]}},
            {"op": "add_page", "page": {"id": self.mark(), "title": self.mark()}, "at": 1},
        ]
        self.edit(name, [self.chance.choice(what)])

    async def restore(self) -> None:
        version = self.chance.randrange(1, self.state().head + 1)
        self.clients["Host"].call("restore", version=version)

    async def kick(self) -> None:
        """Out and in again, by the same link."""
        name = self.chance.choice(("Ann", "Ben"))
        path = f"{self.base}/kick/{self.ids[name]}/"
        self.school.clock.advance(1)
        token = self.school.user_token("Host")
        await self.school.call("POST", path, token=token)
        await self.settle()
        self.school.clock.advance(1)
        body = {"subject": name, "name": name, "role": "student"}
        await self.school.call("POST", f"{self.base}/participants/", token=token, json=body)
        self.tokens[name] = (await self.school.join(self.session, name))["token"]
        await self.allow(name)
        await self.connect(name)

    async def turn_over(self) -> None:
        """Ben leads for a while."""
        role = "student" if "Ben" in self.leaders else "host"
        self.clients["Host"].call("set_role", user_id=self.ids["Ben"], role=role)
        await self.rest()
        await self.allow("Ben")
        if not self.clients["Ben"].is_connected:
            await self.connect("Ben")

    async def clear(self) -> None:
        name = self.chance.choice(("Host", "Ann"))
        where = [{}, {}, {"page": self.a_page(name)["id"]}]
        self.edit(name, [{"op": "clear", **self.chance.choice(where)}])

    async def probe(self) -> None:
        """Be refused: what refusals say is read, too."""
        name = self.chance.choice(STUDENTS)
        client = self.clients[name]
        client.call("copy_page", page="nothing", id="also-nothing")
        self.edit(name, [self._text("nowhere")])
        self.edit(name, [{"op": "add_layer", "layer": {"id": "a", "name": "a", "page": "none"}}])
        self.edit(name, [{"op": "reorder_pages", "order": ["nothing"]}])
        client.call("save")

    async def allow(self, name: str) -> None:
        rights = ("can_add_layers", "can_reorder_layers", "can_clear_board", "can_edit_others")
        self.clients["Host"].call(
            "set_permissions", user_id=self.ids[name], permissions=dict.fromkeys(rights, True)
        )
        await self.rest()
