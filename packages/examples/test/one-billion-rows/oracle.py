"""What the One Billion Row Challenge wants for a file, worked out the slow way: oracle.py FILE."""
import sys

stations = {}
with open(sys.argv[1], "rb") as file:
    for line in file:
        name, temperature = line.rstrip(b"\n").split(b";")
        tenths = int(temperature.replace(b".", b""))
        least, greatest, total, count = stations.get(name, (tenths, tenths, 0, 0))
        stations[name] = (min(least, tenths), max(greatest, tenths), total + tenths, count + 1)


def degrees(tenths):
    return ("-" if tenths < 0 else "") + str(abs(tenths) // 10) + "." + str(abs(tenths) % 10)


def entry(name):
    least, greatest, total, count = stations[name]
    mean = (2 * total + count) // (2 * count)
    return name.decode() + "=" + degrees(least) + "/" + degrees(mean) + "/" + degrees(greatest)


in_utf16_order = sorted(stations, key=lambda name: name.decode().encode("utf-16-be"))
sys.stdout.buffer.write(("{" + ", ".join(map(entry, in_utf16_order)) + "}\n").encode())
