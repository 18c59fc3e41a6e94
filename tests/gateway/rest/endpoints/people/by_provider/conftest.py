"""A school whose people sign in by a provider on loopback."""

from collections.abc import AsyncIterator

import pytest

from gateway.config import GatewayConfig
from tests.gateway.oidc.tiny_provider import TinyProvider
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.endpoints.people.by_provider.school_browser import Browser, oidc_of
from tests.gateway.rest.school import School
from tests.manual_clock import ManualClock


@pytest.fixture
async def provider(clock: ManualClock) -> AsyncIterator[TinyProvider]:
    provider = await TinyProvider(clock).start()
    yield provider
    await provider.stop()


@pytest.fixture
async def school(opened: Open, provider: TinyProvider) -> AsyncIterator[School]:
    async with opened(config=GatewayConfig(oidc=oidc_of(provider))) as school:
        yield school


@pytest.fixture
def browser(school: School, provider: TinyProvider) -> Browser:
    return Browser(school, provider)
