from deskline import create_app
from deskline.config import ProductionConfig

application = create_app(ProductionConfig)

if __name__ == "__main__":
    application.run(host="0.0.0.0", port=8080)  # BAD: binds-all-interfaces
