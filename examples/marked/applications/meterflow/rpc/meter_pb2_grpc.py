class MeterServicer:
    def Describe(self, request, context):
        raise NotImplementedError

    def Lookup(self, request, context):
        raise NotImplementedError

    def Firmware(self, request, context):
        raise NotImplementedError

    def Reboot(self, request, context):
        raise NotImplementedError

    def Export(self, request, context):
        raise NotImplementedError


def add_MeterServicer_to_server(servicer, server):
    handlers = {name: getattr(servicer, name) for name in dir(MeterServicer) if name[0].isupper()}
    server.add_registered_method_handlers("meterflow.Meter", handlers)
