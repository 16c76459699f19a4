"""Alembic's environment: runs the migrations over the connection that storage.migrations hands over."""

from alembic import context

from storage.types import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    transaction_per_migration=True,
    transactional_ddl=True,
    user_module_prefix="",
    render_as_batch=connection.dialect.name == "sqlite",
    # On SQLite, DBOS has its own tables in the same database.
    include_name=lambda name, kind, _parents: kind != "table" or name in Base.metadata.tables,
)
with context.begin_transaction():
    context.run_migrations()
