from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, create_engine
from sqlalchemy.orm import declarative_base, relationship, sessionmaker
from werkzeug.security import generate_password_hash

Base = declarative_base()
engine = create_engine("postgresql+psycopg2://localhost/users")
SessionLocal = sessionmaker(bind=engine)


class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    role = Column(String)
    banned = Column(Boolean, default=False)
    is_admin = Column(Boolean, default=False)
    password = Column(String)
    payments = relationship("Payment")

    def set_password(self, raw):
        self.password = generate_password_hash(raw)


class Payment(Base):
    __tablename__ = "payments"
    id = Column(Integer, primary_key=True)
    user_id = Column(Integer, ForeignKey("users.id"))


class Doc(Base):
    __tablename__ = "docs"
    id = Column(Integer, primary_key=True)
    owner_id = Column(Integer)
    text = Column(String)


def get_session():
    session = SessionLocal()
    try:
        yield session
    finally:
        session.close()
