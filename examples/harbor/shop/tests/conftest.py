import pytest

from harbor import create_app, create_tables
from harbor.database import connect

TEST_PASSWORD = "<<test-password>>"


@pytest.fixture
def app(tmp_path):
    path = tmp_path / "harbor.db"
    create_tables(path)
    db = connect(path)
    db.execute("INSERT INTO products (id, name, price_cents, stock) VALUES (1, 'Anchor', 4900, 3)")
    db.commit()
    db.close()
    return create_app(path, testing=True)


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def customer(client):
    client.post(
        "/register",
        data={"email": "eva@example.org", "password": TEST_PASSWORD, "name": "Eva"},
    )
    return client
