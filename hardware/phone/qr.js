// A QR code of a link (ISO/IEC 18004: byte mode, error correction level M, versions 1 to 10), drawn as SVG.

import { utf8 } from "./bytes.js";

// For versions 1 to 10 at level M: all codewords, correction codewords a block, blocks; places of alignment patterns.
const CODEWORDS = [26, 44, 70, 100, 134, 172, 196, 242, 292, 346];
const CORRECTION = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26];
const BLOCKS = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5];
const ALIGNMENT = [
  [], [6, 18], [6, 22], [6, 26], [6, 30], [6, 34], [6, 22, 38], [6, 24, 42], [6, 26, 46], [6, 28, 50],
];

const MASKS = [
  (x, y) => (x + y) % 2, (x, y) => y % 2, (x) => x % 3, (x, y) => (x + y) % 3,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2, (x, y) => ((x * y) % 2) + ((x * y) % 3),
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2, (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2,
];

const bit = (value, index) => ((value >>> index) & 1) === 1;

// Reed-Solomon over GF(2^8) with the polynomial 0x11D.

function multiply(one, other) {
  let product = 0;
  for (let index = 7; index >= 0; index -= 1) {
    product = (product << 1) ^ (product & 0x80 ? 0x11d : 0);
    if (bit(other, index)) product ^= one;
  }
  return product;
}

function generator(degree) {
  const factors = new Array(degree).fill(0);
  factors[degree - 1] = 1;
  for (let count = 0, root = 1; count < degree; count += 1, root = multiply(root, 2)) {
    for (let index = 0; index < degree; index += 1) {
      factors[index] = multiply(factors[index], root) ^ (factors[index + 1] ?? 0);
    }
  }
  return factors;
}

function remainder(data, factors) {
  const rest = new Array(factors.length).fill(0);
  for (const byte of data) {
    const lead = byte ^ rest.shift();
    rest.push(0);
    factors.forEach((factor, index) => {
      rest[index] ^= multiply(factor, lead);
    });
  }
  return rest;
}

/** The remainder of a BCH code, appended to the value. */
function bch(value, polynomial, degree) {
  let rest = value << degree;
  for (let index = 31; index >= degree; index -= 1) if (bit(rest, index)) rest ^= polynomial << (index - degree);
  return (value << degree) | rest;
}

// Codewords.

function dataCodewords(bytes, version) {
  const bits = [];
  const put = (value, count) => {
    for (let index = count - 1; index >= 0; index -= 1) bits.push(bit(value, index));
  };
  const capacity = CODEWORDS[version - 1] - CORRECTION[version - 1] * BLOCKS[version - 1];
  put(4, 4);
  put(bytes.length, version < 10 ? 8 : 16);
  for (const byte of bytes) put(byte, 8);
  put(0, Math.min(4, capacity * 8 - bits.length));
  while (bits.length % 8 !== 0) bits.push(false);
  const words = [];
  for (let at = 0; at < bits.length; at += 8) {
    words.push(bits.slice(at, at + 8).reduce((sum, each) => sum * 2 + (each ? 1 : 0), 0));
  }
  for (let filler = 0xec; words.length < capacity; filler ^= 0xec ^ 0x11) words.push(filler);
  return words;
}

function interleaved(words, version) {
  const [all, correction, count] = [CODEWORDS, CORRECTION, BLOCKS].map((table) => table[version - 1]);
  const short = Math.floor(all / count) - correction;
  const longer = all % count;
  const factors = generator(correction);
  const blocks = [];
  for (let index = 0, at = 0; index < count; index += 1) {
    const length = short + (index >= count - longer ? 1 : 0);
    blocks.push(words.slice(at, at + length));
    at += length;
  }
  const rests = blocks.map((block) => remainder(block, factors));
  const result = [];
  for (let at = 0; at <= short; at += 1) for (const block of blocks) if (at < block.length) result.push(block[at]);
  for (let at = 0; at < correction; at += 1) for (const rest of rests) result.push(rest[at]);
  return result;
}

// Modules: true is dark; null is not drawn yet.

function patterns(version) {
  const size = version * 4 + 17;
  const grid = Array.from({ length: size }, () => new Array(size).fill(null));
  const set = (x, y, isDark) => {
    if (x >= 0 && y >= 0 && x < size && y < size) grid[y][x] = isDark;
  };
  for (let index = 0; index < size; index += 1) {
    set(6, index, index % 2 === 0);
    set(index, 6, index % 2 === 0);
  }
  for (const [centreX, centreY] of [[3, 3], [size - 4, 3], [3, size - 4]]) {
    for (let y = -4; y <= 4; y += 1) {
      for (let x = -4; x <= 4; x += 1) {
        const distance = Math.max(Math.abs(x), Math.abs(y));
        set(centreX + x, centreY + y, distance !== 2 && distance !== 4);
      }
    }
  }
  const places = ALIGNMENT[version - 1];
  for (const y of places) {
    for (const x of places) {
      const isCorner = (x === 6 && y === 6) || (x === 6 && y === places.at(-1)) || (x === places.at(-1) && y === 6);
      if (isCorner) continue;
      for (let down = -2; down <= 2; down += 1) {
        for (let right = -2; right <= 2; right += 1) {
          set(x + right, y + down, Math.max(Math.abs(right), Math.abs(down)) !== 1);
        }
      }
    }
  }
  drawFormat(grid, 0);
  if (version >= 7) {
    const bits = bch(version, 0x1f25, 12);
    for (let index = 0; index < 18; index += 1) {
      const [far, near] = [size - 11 + (index % 3), Math.floor(index / 3)];
      set(far, near, bit(bits, index));
      set(near, far, bit(bits, index));
    }
  }
  return grid;
}

// Level M is 00, so the mask's number is all there is to say.
function drawFormat(grid, mask) {
  const size = grid.length;
  const bits = bch(mask, 0x537, 10) ^ 0x5412;
  for (let index = 0; index < 15; index += 1) {
    const isDark = bit(bits, index);
    // Around the upper left corner.
    if (index < 6) grid[index][8] = isDark;
    else if (index < 8) grid[index + 1][8] = isDark;
    else if (index === 8) grid[8][7] = isDark;
    else grid[8][14 - index] = isDark;
    // At the two others.
    if (index < 8) grid[8][size - 1 - index] = isDark;
    else grid[size - 15 + index][8] = isDark;
  }
  grid[size - 8][8] = true;
}

function fill(grid, words) {
  const size = grid.length;
  let at = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    const isUpward = ((right + 1) & 2) === 0;
    for (let step = 0; step < size; step += 1) {
      const y = isUpward ? size - 1 - step : step;
      for (const x of [right, right - 1]) {
        if (grid[y][x] !== null) continue;
        grid[y][x] = at < words.length * 8 && bit(words[at >> 3], 7 - (at & 7));
        at += 1;
      }
    }
  }
}

// How hard a grid is to read, by the four rules of the standard.
function penalty(grid) {
  const size = grid.length;
  const lines = [...grid, ...grid.map((_, x) => grid.map((row) => row[x]))].map((line) =>
    line.map((isDark) => (isDark ? "1" : "0")).join(""));
  let sum = 0;
  for (const line of lines) {
    for (const [run] of line.matchAll(/0{5,}|1{5,}/g)) sum += run.length - 2;
    sum += 40 * (line.match(/(?=00001011101|10111010000)/g)?.length ?? 0);
  }
  let dark = 0;
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      if (grid[y][x]) dark += 1;
      const isBlock = x + 1 < size && y + 1 < size && grid[y][x] === grid[y][x + 1]
        && grid[y][x] === grid[y + 1][x] && grid[y][x] === grid[y + 1][x + 1];
      if (isBlock) sum += 3;
    }
  }
  return sum + 10 * Math.floor(Math.abs((dark * 20) / (size * size) - 10));
}

/** The modules of a text's code, row by row; null if it is too long (213 bytes is the most). */
export function modules(text) {
  const bytes = utf8(text);
  const version = CODEWORDS.findIndex((all, index) =>
    bytes.length + (index < 9 ? 2 : 3) <= all - CORRECTION[index] * BLOCKS[index]) + 1;
  if (version === 0) return null;
  const fixed = patterns(version);
  const filled = fixed.map((row) => [...row]);
  fill(filled, interleaved(dataCodewords(bytes, version), version));
  const candidates = MASKS.map((mask, number) => {
    const grid = filled.map((row, y) => row.map((isDark, x) =>
      fixed[y][x] === null && mask(x, y) === 0 ? !isDark : isDark));
    drawFormat(grid, number);
    return grid;
  });
  const penalties = candidates.map(penalty);
  return candidates[penalties.indexOf(Math.min(...penalties))];
}

/** Draws the code of a text, with the quiet zone of four modules; nothing if it is too long. */
export function drawQR(place, text) {
  place.replaceChildren();
  const grid = modules(text);
  if (!grid) return;
  const namespace = "http://www.w3.org/2000/svg";
  const picture = document.createElementNS(namespace, "svg");
  picture.setAttribute("viewBox", `-4 -4 ${grid.length + 8} ${grid.length + 8}`);
  picture.setAttribute("aria-hidden", "true");
  picture.setAttribute("shape-rendering", "crispEdges");
  const path = document.createElementNS(namespace, "path");
  const squares = grid.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : [])));
  path.setAttribute("d", squares.join(""));
  picture.append(path);
  place.append(picture);
}
