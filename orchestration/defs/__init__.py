"""Assets by layer, automation, resources: loaded by ``orchestration.definitions``."""
