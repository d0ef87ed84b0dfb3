// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// What moves in a report: curves (Chart.js), and the pattern at the scan position that a click chooses.
(() => {
  'use strict';
  const errors = [];
  addEventListener('error', e => errors.push(String(e.message)));
  addEventListener('unhandledrejection', e => errors.push(String(e.reason)));
  const root = document.documentElement;
  const one = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const colour = name => getComputedStyle(root).getPropertyValue(name).trim();
  const json = id => { const e = document.getElementById(id); return e ? JSON.parse(e.textContent) : null; };
  const short = v => v === 0 ? '0' : Math.abs(v) >= 1e5 || Math.abs(v) < 1e-3 ? v.toExponential(2) : String(+v.toPrecision(4));
  const palette = [matchMedia('(prefers-color-scheme: dark)').matches ? '#4aa3df' : '#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#b5a800', '#8c6bb1'];

  // --- curves --------------------------------------------------------------------------------------------------------

  const charts = [];
  // Labels at x positions ("Cu Ka"), each at the height of the curve below it, in rows where they would overlap.
  const marking = {
    id: 'marks',
    afterDatasetsDraw(chart) {
      const { ctx, chartArea: area, scales: { x } } = chart;
      const marks = chart.$marks || [];
      ctx.save();
      ctx.font = '11px system-ui, sans-serif';
      ctx.fillStyle = ctx.strokeStyle = colour('--soft');
      let last = -1e9;
      for (const mark of [...marks].sort((a, b) => a.x - b.x)) {
        const px = x.getPixelForValue(mark.x);
        if (!(px >= area.left && px <= area.right)) continue;
        ctx.setLineDash([2, 3]);
        ctx.globalAlpha = 0.55;
        ctx.beginPath(); ctx.moveTo(px, area.top); ctx.lineTo(px, area.bottom); ctx.stroke();
        ctx.globalAlpha = 1;
        const at = Math.max(px, last + 11);
        if (at > area.right + 4 || at - px > 24) continue;
        last = at;
        ctx.save();
        ctx.translate(at + 3, area.top - 3);
        ctx.rotate(-Math.PI / 2);
        ctx.fillText(mark.text, 0, 0);
        ctx.restore();
      }
      ctx.restore();
    },
  };

  function axis(title, log) {
    const a = { type: log ? 'logarithmic' : 'linear', title: { display: !!title, text: title, color: colour('--soft') },
      ticks: { color: colour('--soft'), maxTicksLimit: 8 }, grid: { color: colour('--line') } };
    if (log) a.ticks.callback = function (v) {  // powers of ten; 2 and 5 too where there are few of them
      const power = Math.floor(Math.log10(v) + 1e-9), lead = v / 10 ** power, few = this.max / this.min < 100;
      if (![1, ...(few ? [2, 5] : [])].some(m => Math.abs(lead - m) < 1e-6)) return '';
      return power >= -3 && power <= 3 ? String(+v.toPrecision(2)) : (lead > 1.5 ? Math.round(lead) + '·' : '') + '10' + [...String(power)].map(c => c === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[+c]).join('');
    };
    return a;
  }

  function draw(box, spec) {
    const canvas = one('canvas', box);
    const dense = spec.series.some(s => s.x.length > 60);
    const style = spec.series.map((s, i) => s.colour || palette[i % palette.length]);
    const datasets = spec.series.map((s, i) => ({
      label: s.name, borderColor: style[i], backgroundColor: style[i], borderWidth: spec.points || s.dots ? 0 : s.width || 1.6,
      showLine: !spec.points && !s.dots, pointRadius: s.dots ? 1.8 : spec.points ? 3 : dense ? 0 : 2.5, pointHitRadius: 6, tension: 0,
      data: s.x.map((x, k) => ({ x, y: s.y[k] })).filter(p => !(spec.log_y && p.y <= 0) && !(spec.log_x && p.x <= 0)),
    }));
    const longest = Math.max(0, ...(spec.marks || []).map(m => m.text.length));
    const x = axis(spec.x_label, spec.log_x), xs = spec.series.flatMap(s => s.x);
    if (!spec.log_x && dense && xs.length) { x.min = xs.reduce((a, b) => Math.min(a, b)); x.max = xs.reduce((a, b) => Math.max(a, b)); }
    const y = axis(spec.y_label, spec.log_y);
    if (spec.log_y && xs.length > 300) {  // a spectrum: what is far below its peak is noise of the arithmetic
      const top = spec.series.flatMap(s => s.y).reduce((a, b) => Math.max(a, b || 0), 0), low = spec.series.flatMap(s => s.y).reduce((a, b) => b > 0 ? Math.min(a, b) : a, top);
      if (top > 0) y.min = 10 ** Math.floor(Math.log10(Math.max(low, top * 1e-5)));
    }
    const chart = new Chart(canvas, {
      type: 'line',
      data: { datasets },
      options: {
        animation: false, responsive: true, maintainAspectRatio: false,
        layout: { padding: { top: longest ? 8 + 6 * longest : 4, right: 10 } },
        interaction: { mode: 'nearest', axis: 'x', intersect: false },
        scales: { x, y },
        plugins: { legend: { display: spec.series.length > 1, position: 'bottom', labels: { color: colour('--text'), boxWidth: 14, boxHeight: 3 } } },
      },
      plugins: [marking],
    });
    chart.$marks = spec.marks || [];
    chart.$spec = spec;
    charts.push(chart);
    chart.update('none');
    return chart;
  }

  function recolour() {
    for (const chart of charts) {
      for (const a of Object.values(chart.options.scales)) {
        a.title.color = a.ticks.color = colour('--soft');
        a.grid.color = colour('--line');
      }
      chart.options.plugins.legend.labels.color = colour('--text');
      chart.update('none');
    }
  }

  if (typeof Chart !== 'undefined') {
    for (const box of all('main .chart')) draw(box, JSON.parse(one('script', box).textContent));
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', recolour);
  }

  // --- the pattern at a position -------------------------------------------------------------------------------------

  async function inflate(text) {
    const bytes = Uint8Array.from(atob(text), c => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  // Arrays of non-negative numbers were stored as round(levels * sqrt(value / max)), planes of equal length each with its max.
  async function planes(packed) {
    const bytes = await inflate(packed.bytes);
    const whole = packed.bits === 16 ? new Uint16Array(bytes.buffer) : bytes;
    const levels = packed.bits === 16 ? 65535 : 255, size = whole.length / packed.max.length;
    return packed.max.map((max, i) => Float32Array.from(whole.subarray(i * size, (i + 1) * size), q => max * (q / levels) ** 2));
  }

  function inspector(data, loadings, factors, measured) {
    const [slices, ny, nx] = data.scan;
    const [fy, fx] = data.pattern;
    const spectrum = fy === 1;
    const [, ly, lx] = data.loadings.shape, step = data.loadings.step;
    const state = { slice: 0, y: ny >> 1, x: nx >> 1 };
    const frames = all('.navigable').filter(f => +f.dataset.ny === ny && +f.dataset.nx === nx);
    const marks = frames.map(frame => ['', ' grid'].map(kind => {
      const mark = document.createElement('div');
      mark.className = 'cursor' + kind;
      frame.append(mark);
      return mark;
    }));
    const shades = Array.from({ length: 256 }, (_, i) => [0, 2, 4].map(k => parseInt(data.shades.substr(6 * i + k, 2), 16)));
    const bars = one('.bars'), shares = factors.map(f => f.reduce((a, b) => a + b, 0));
    bars.innerHTML = '<span class="head">component</span><span></span><span class="head value">share</span><span class="head value">loading</span>';
    const rows = data.names.map((name, i) => {
      const cells = ['name', 'bar', 'value', 'value'].map(kind => {
        const cell = document.createElement('span');
        cell.className = kind;
        bars.append(cell);
        return cell;
      });
      cells[0].textContent = cells[0].title = name;
      const fill = document.createElement('i');
      fill.style.background = data.colours[i];
      cells[1].append(fill);
      return { fill, share: cells[2], loading: cells[3] };
    });
    let chart = null;

    function nearest() {  // index of the embedded measurement nearest to the position, in its slice
      const g = data.measured;
      if (!g) return null;
      const near = (list, v) => list.reduce((best, c, i) => Math.abs(c - v) < Math.abs(list[best] - v) ? i : best, 0);
      const iy = near(g.y, state.y), ix = near(g.x, state.x);
      return { index: (state.slice * g.y.length + iy) * g.x.length + ix, y: g.y[iy], x: g.x[ix] };
    }

    function compute() {
      const at = (state.slice * ly + Math.floor(state.y / step)) * lx + Math.floor(state.x / step);
      const weights = loadings.map(plane => plane[at]);
      const model = new Float32Array(fy * fx);
      weights.forEach((w, k) => { if (w > 0) for (let i = 0; i < model.length; ++i) model[i] += w * factors[k][i]; });
      const near = nearest();
      let counts = null;
      if (near) {
        const g = data.measured, raw = measured.subarray(near.index * fy * fx, (near.index + 1) * fy * fx);
        const decode = g.scale === 'log' ? q => Math.expm1(q / 255 * Math.log1p(g.max)) : q => q;
        counts = Float32Array.from(raw, decode);
      }
      return { weights, model, near, counts };
    }

    function paint(canvas, values, top) {
      const log = root.dataset.scale === 'log', context = canvas.getContext('2d');
      canvas.width = fx;
      canvas.height = fy;
      const image = context.createImageData(fx, fy);
      for (let i = 0; i < values.length; ++i) {
        const t = Math.min(1, Math.max(0, values[i] / top));
        const shade = shades[Math.round(255 * (log ? Math.log1p(1e4 * t) / Math.log1p(1e4) : t))];
        image.data.set([shade[0], shade[1], shade[2], 255], 4 * i);
      }
      context.putImageData(image, 0, 0);
    }

    function plot(shown) {
      const log = root.dataset.scale === 'log';
      const a = data.axes[data.axes.length - 1], x = Array.from(shown.model, (_, i) => a.offset + a.scale * i);
      const spec = { x_label: `${a.name}${a.units ? ' (' + a.units + ')' : ''}`, y_label: 'counts', log_y: log, marks: data.marks || [], series: [] };
      if (shown.counts) {  // most channels of a single spectrum are empty: dots where something was counted
        const hit = shown.counts.reduce((n, v) => n + (v > 0), 0), dots = hit < shown.counts.length / 2;
        const keep = x.map((e, i) => [e, shown.counts[i]]).filter(p => !dots || p[1] > 0);
        spec.series.push({ name: 'measured', x: keep.map(p => p[0]), y: keep.map(p => p[1]), colour: colour('--measured'), width: 1, dots });
      }
      spec.series.push({ name: 'reconstruction', x, y: Array.from(shown.model), colour: colour('--model') });
      if (chart) { charts.splice(charts.indexOf(chart), 1); chart.destroy(); chart = null; }
      if (typeof Chart !== 'undefined') chart = draw(one('aside .chart'), spec);
      else sketch(one('aside .chart canvas'), spec, log);
    }

    function sketch(canvas, spec, log) {  // without Chart.js: the two curves alone
      const context = canvas.getContext('2d'), w = canvas.width = 340, h = canvas.height = 230, f = v => log ? Math.log10(Math.max(v, 1e-3)) + 3 : v;
      const top = Math.max(...spec.series.flatMap(s => s.y.map(v => f(v) || 0)), 1e-9), [first, last] = [spec.series.at(-1).x[0], spec.series.at(-1).x.at(-1)];
      for (const s of spec.series) {
        context.strokeStyle = context.fillStyle = s.colour;
        context.beginPath();
        s.y.forEach((v, i) => {
          const [px, py] = [(s.x[i] - first) / (last - first) * w, h - 2 - (f(v) || 0) / top * (h - 6)];
          if (s.dots) context.fillRect(px - 1, py - 1, 2, 2); else context.lineTo(px, py);
        });
        context.stroke();
      }
    }

    function place(i) {
      const a = data.axes[i], v = [state.slice, state.y, state.x][i - data.first_axis];
      return a.units ? `${a.name} ${short(a.offset + a.scale * v)} ${a.units}` : '';
    }

    let shown = null;
    function show() {
      shown = compute();
      const parts = [place(data.first_axis + 1), place(data.first_axis + 2)].filter(Boolean);
      one('.where').textContent = `row ${state.y}, column ${state.x}` + (slices > 1 ? `, ${data.slice_name} ${state.slice + 1} of ${slices}` : '') +
        (parts.length ? ` — ${parts.join(', ')}` : '');
      const total = shown.weights.reduce((sum, w, k) => sum + w * shares[k], 0);
      shown.weights.forEach((w, k) => {
        const share = total > 0 ? w * shares[k] / total : 0;
        rows[k].fill.style.width = `${100 * share}%`;
        rows[k].share.textContent = `${(100 * share).toFixed(1)} %`;
        rows[k].loading.textContent = short(w);
      });
      if (spectrum) plot(shown);
      else {
        const top = Math.max(1e-12, ...[shown.model, shown.counts || [0]].map(v => v.reduce((a, b) => Math.max(a, b), 0)));
        paint(one('canvas.model'), shown.model, top);
        if (shown.counts) paint(one('canvas.measured'), shown.counts, top);
        one('.top').textContent = `brightest: ${short(top)} counts` + (data.bin > 1 ? ` in ${data.bin} × ${data.bin} pixels` : '');
      }
      const note = one('.measured-at');
      if (shown.near) note.textContent = shown.near.y === state.y && shown.near.x === state.x ? 'Measured at exactly this position.' :
        `Measured: nearest embedded position, row ${shown.near.y}, column ${shown.near.x}.`;
      marks.forEach(([mark, grid]) => {
        const put = (m, y, x) => { m.style.top = `${100 * (y + .5) / ny}%`; m.style.left = `${100 * (x + .5) / nx}%`; };
        put(mark, state.y, state.x);
        grid.hidden = !shown.near;
        if (shown.near) put(grid, shown.near.y, shown.near.x);
      });
    }

    function go(y, x) {
      state.y = Math.min(ny - 1, Math.max(0, y));
      state.x = Math.min(nx - 1, Math.max(0, x));
      show();
    }
    function turn(slice) {
      state.slice = slice;
      for (const image of all('img[data-slice]')) image.hidden = +image.dataset.slice !== slice;
      show();
    }
    for (const frame of frames) {
      frame.addEventListener('click', e => {
        const box = frame.getBoundingClientRect();
        go(Math.floor((e.clientY - box.top) / box.height * ny), Math.floor((e.clientX - box.left) / box.width * nx));
      });
      frame.addEventListener('keydown', e => {
        const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[e.key];
        if (!move) return;
        e.preventDefault();
        go(state.y + move[0] * (e.shiftKey ? 10 : 1), state.x + move[1] * (e.shiftKey ? 10 : 1));
      });
    }
    const slider = one('#slice');
    if (slider) slider.addEventListener('input', () => turn(+slider.value));
    for (const button of all('button[data-set]')) button.addEventListener('click', () => {
      root.dataset.scale = button.dataset.set;
      all('button[data-set]').forEach(b => b.setAttribute('aria-pressed', String(b === button)));
      show();
    });
    show();
    return { state, frames, shown: () => shown, slider };
  }

  // '#selftest=row,column' or '#selftest=slice,row,column' clicks there and leaves what is shown in the document, for tests.
  function self_test(view) {
    const wanted = location.hash.match(/^#selftest=([\d,]+)$/);
    if (!wanted) return;
    const out = document.createElement('output');
    out.id = 'selftest';
    out.hidden = true;
    if (view) {
      const numbers = wanted[1].split(',').map(Number), [y, x] = numbers.slice(-2);
      if (numbers.length > 2) { view.slider.value = numbers[0]; view.slider.dispatchEvent(new Event('input')); }
      const frame = view.frames[0], box = frame.getBoundingClientRect();
      const [ny, nx] = [+frame.dataset.ny, +frame.dataset.nx];
      frame.dispatchEvent(new MouseEvent('click', { bubbles: true, clientX: box.left + (x + .5) / nx * box.width, clientY: box.top + (y + .5) / ny * box.height }));
      const shown = view.shown(), list = v => v ? Array.from(v, n => +n.toPrecision(7)).join(' ') : '';
      Object.assign(out.dataset, { slice: view.state.slice, row: view.state.y, column: view.state.x, loadings: list(shown.weights), model: list(shown.model),
        counts: list(shown.counts), measuredRow: shown.near ? shown.near.y : '', measuredColumn: shown.near ? shown.near.x : '' });
      const before = view.state.x;
      frame.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft', bubbles: true, cancelable: true }));
      out.dataset.arrow = String(before - view.state.x);
    }
    const inked = canvas => {
      const pixels = canvas.width * canvas.height ? canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data : [];
      for (let i = 3; i < pixels.length; i += 4) if (pixels[i]) return true;
      return false;
    };
    Object.assign(out.dataset, { charts: all('.chart canvas').length, drawn: all('.chart canvas').filter(inked).length, overflow: root.scrollWidth - root.clientWidth,
      images: document.images.length, loaded: all('img').filter(i => i.complete && i.naturalWidth > 0).length, errors: errors.join(' | ') });
    document.body.append(out);
  }

  async function start() {
    const data = json('explorer');
    let view = null;
    if (data) {
      const [loadings, factors, measured] = await Promise.all([planes(data.loadings), planes(data.factors), data.measured ? inflate(data.measured.bytes) : null]);
      view = inspector(data, loadings, factors, measured);
    }
    self_test(view);
  }
  start().catch(e => {
    errors.push(String(e));
    const note = one('.where');
    if (note) note.textContent = `This browser cannot show positions (${e}). Any browser of 2023 or later can.`;
    self_test(null);
  });
})();
