// Web Bluetooth as far as the page uses it, over the lock's WebSocket: stands in for a radio, and is as strict as one.
// One operation at a time, values no longer than the MTU allows, no notification before it is asked for.
{
  const PARAMETERS = "15061b20-b223-4852-8e79-dd8683e5be6d";
  const OUTBOX = "15061b1f-b223-4852-8e79-dd8683e5be6d";

  class Characteristic extends EventTarget {
    constructor(device, uuid) {
      super();
      Object.assign(this, { device, uuid, isNotifying: false });
    }

    async readValue() {
      return this.device.alone(() => new DataView(this.device.parameters));
    }

    async startNotifications() {
      return this.device.alone(() => { this.isNotifying = true; });
    }

    async writeValueWithoutResponse(value) {
      return this.device.alone(() => {
        const mtu = new DataView(this.device.parameters).getUint16(1, true);
        if (value.length > mtu - 3) throw new DOMException("too long", "NotSupportedError");
        if (this.device.socket.readyState !== 1) throw new DOMException("GATT Server is disconnected", "NetworkError");
        this.device.socket.send(value);
      });
    }

    notify(bytes) {
      this.value = new DataView(bytes);
      if (this.isNotifying) this.dispatchEvent(new Event("characteristicvaluechanged"));
    }
  }

  class Device extends EventTarget {
    isBusy = false;

    async alone(act) {
      if (this.isBusy) throw new DOMException("GATT operation already in progress.", "NetworkError");
      this.isBusy = true;
      await new Promise((resolve) => setTimeout(resolve, 2));
      this.isBusy = false;
      return act();
    }

    gatt = {
      connect: () => new Promise((resolve, reject) => {
        this.socket = new WebSocket(globalThis.radioAddress);
        this.socket.binaryType = "arraybuffer";
        const found = new Map();
        this.socket.onclose = () => {
          reject(new DOMException("Connection failed.", "NetworkError"));
          this.dispatchEvent(new Event("gattserverdisconnected"));
        };
        this.socket.onmessage = (event) => {
          if (this.parameters && this.parameters.socket === this.socket) return found.get(OUTBOX)?.notify(event.data);
          this.parameters = Object.assign(event.data, { socket: this.socket });
          const getCharacteristic = async (uuid) => {
            if (!found.has(uuid)) found.set(uuid, new Characteristic(this, uuid));
            return found.get(uuid);
          };
          return resolve({ getPrimaryService: async () => ({ getCharacteristic }) });
        };
      }),
      disconnect: () => this.socket?.close(),
    };
  }

  globalThis.chosen = 0;
  Object.defineProperty(navigator, "bluetooth", {
    value: {
      requestDevice: async ({ filters }) => {
        if (!navigator.userActivation.isActive) throw new DOMException("no user gesture", "SecurityError");
        if (filters[0].services[0] !== "15061b1d-b223-4852-8e79-dd8683e5be6d") throw new DOMException("", "NotFoundError");
        globalThis.chosen += 1;
        return new Device();
      },
    },
  });
}
