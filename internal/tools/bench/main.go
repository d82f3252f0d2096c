// Command bench draws the results of internal/cmd/bench: bench results.json plot.svg.
//
// The drawing has one row of panels for plans and one for creations, with one panel for each latency. A panel shows the
// median seconds over the number of products, with one line for each variant. Bars show its fastest and slowest round.
package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"image/color"
	"log"
	"math"
	"os"
	"slices"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// results is what this command reads of results.json.
type results struct {
	Date      string `json:"date"`
	Terraform string `json:"terraform"`
	Machine   struct {
		System string `json:"system"`
		Cores  int    `json:"cores"`
	} `json:"machine"`
	Samples []sample `json:"samples"`
}

type sample struct {
	Command string  `json:"command"`
	Variant string  `json:"variant"`
	Size    int     `json:"size"`
	Latency int     `json:"latency_ms"`
	Seconds float64 `json:"seconds"`
}

// variants are drawn in this order. The colours of Okabe and Ito differ without the difference of red and green.
var variants = []struct {
	name, title string
	colour      color.Color
	dashes      []vg.Length
}{
	{"get", "one request for each", color.RGBA{R: 0xd5, G: 0x5e, A: 0xff}, nil},
	{"framework", "framework", color.RGBA{R: 0xe6, G: 0x9f, A: 0xff}, nil},
	{"fast", "fast", color.RGBA{G: 0x72, B: 0xb2, A: 0xff}, nil},
	{"norefresh", "-refresh=false", color.RGBA{G: 0x9e, B: 0x73, A: 0xff}, []vg.Length{vg.Points(6), vg.Points(3)}},
	{"floor", "terraform_data", color.RGBA{R: 0x70, G: 0x70, B: 0x70, A: 0xff}, []vg.Length{vg.Points(2), vg.Points(2)}},
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("bench: ")
	if len(os.Args) != 3 {
		log.Fatal("usage: bench results.json plot.svg")
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		log.Fatal(err)
	}
}

func run(in, out string) error {
	plot.DefaultFont = font.Font{Typeface: "Liberation", Variant: "Sans"}
	raw, err := os.ReadFile(in)
	if err != nil {
		return err
	}
	var r results
	if err := json.Unmarshal(raw, &r); err != nil {
		return fmt.Errorf("%s: %w", in, err)
	}
	panels, err := r.panels()
	if err != nil {
		return err
	}
	if len(panels) == 0 {
		return fmt.Errorf("%s holds no measurements", in)
	}
	columns := len(panels[0])
	canvas := vgsvg.New(max(vg.Length(columns)*11, 20)*vg.Centimeter, vg.Length(len(panels))*10*vg.Centimeter)
	whole := draw.New(canvas)
	whole.SetColor(color.White)
	whole.Fill(whole.Rectangle.Path())
	caption := plot.New().X.Label.TextStyle
	caption.XAlign = draw.XLeft
	whole.FillText(caption, vg.Point{X: 5 * vg.Millimeter, Y: 3 * vg.Millimeter},
		fmt.Sprintf("%s on %s, %d cores, %s. Medians. Bars reach to the fastest and the slowest round.", r.Terraform, r.Machine.System, r.Machine.Cores, r.Date))
	tiles := draw.Tiles{Rows: len(panels), Cols: columns, PadX: vg.Millimeter * 6, PadY: vg.Millimeter * 6, PadTop: vg.Millimeter * 4, PadBottom: vg.Millimeter * 10, PadLeft: vg.Millimeter * 4, PadRight: vg.Millimeter * 6}
	for i, row := range plot.Align(panels, tiles, whole) {
		for j, place := range row {
			if panels[i][j] != nil {
				panels[i][j].Draw(place)
			}
		}
	}
	file, err := os.Create(out)
	if err != nil {
		return err
	}
	_, err = canvas.WriteTo(file)
	return cmp.Or(err, file.Close())
}

// panels are rows for commands, columns for latencies. All panels of a row have the same scale.
func (r results) panels() ([][]*plot.Plot, error) {
	var latencies []int
	for _, s := range r.Samples {
		if s.Variant != "floor" && !slices.Contains(latencies, s.Latency) {
			latencies = append(latencies, s.Latency)
		}
	}
	slices.Sort(latencies)
	var rows [][]*plot.Plot
	for _, command := range []struct{ name, title string }{{"plan", "Plan without changes"}, {"apply", "Creation"}} {
		var row []*plot.Plot
		drawn, highest := false, 0.0
		for _, latency := range latencies {
			p := plot.New()
			p.Title.Text = fmt.Sprintf("%s, answers after %d ms", command.title, latency)
			p.Title.Padding = vg.Millimeter * 2
			p.X.Label.Text = "products"
			p.X.Min, p.Y.Min = 0, 0
			p.X.Tick.Marker = r.sizes(command.name)
			p.Legend.Top, p.Legend.Left, p.Legend.Padding, p.Legend.XOffs = true, true, vg.Millimeter, 2*vg.Millimeter
			if len(row) == 0 {
				p.Y.Label.Text = "seconds"
			}
			grid := plotter.NewGrid()
			grid.Horizontal.Color, grid.Vertical.Color = color.Gray{0xdd}, color.Gray{0xee}
			p.Add(grid)
			for _, v := range variants {
				line := r.line(command.name, v.name, latency)
				if len(line.XYs) == 0 {
					continue
				}
				drawn = true
				for i, point := range line.XYs {
					highest = max(highest, point.Y+line.YErrors[i].High)
				}
				curve, points, err := plotter.NewLinePoints(line.XYs)
				if err != nil {
					return nil, err
				}
				bars, err := plotter.NewYErrorBars(line)
				if err != nil {
					return nil, err
				}
				curve.Color, curve.Width, curve.Dashes = v.colour, vg.Points(1.5), v.dashes
				points.Color, points.Shape, points.Radius = v.colour, draw.CircleGlyph{}, vg.Points(2.5)
				bars.Color = v.colour
				p.Add(curve, points, bars)
				p.Legend.Add(v.title, curve, points)
			}
			row = append(row, p)
		}
		if !drawn {
			continue
		}
		for _, p := range row {
			p.Y.Max = highest * 1.25 // leaves room for the legend
			p.X.Max *= 1.03
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// line is a variant's medians with the way to its fastest and slowest round. The floor knows no latency.
type line struct {
	plotter.XYs
	plotter.YErrors
}

func (r results) line(command, variant string, latency int) line {
	seconds := map[int][]float64{}
	for _, s := range r.Samples {
		if s.Command == command && s.Variant == variant && (s.Latency == latency || variant == "floor") {
			seconds[s.Size] = append(seconds[s.Size], s.Seconds)
		}
	}
	var l line
	for size, all := range seconds {
		slices.Sort(all)
		n := len(all)
		l.XYs = append(l.XYs, plotter.XY{X: float64(size), Y: (all[(n-1)/2] + all[n/2]) / 2})
	}
	slices.SortFunc(l.XYs, func(a, b plotter.XY) int { return cmp.Compare(a.X, b.X) })
	for _, point := range l.XYs {
		all := seconds[int(math.Round(point.X))]
		l.YErrors = append(l.YErrors, struct{ Low, High float64 }{point.Y - slices.Min(all), slices.Max(all) - point.Y})
	}
	return l
}

// sizes marks the measured numbers of products. Labels that would touch each other are left out.
func (r results) sizes(command string) plot.ConstantTicks {
	ticks := plot.ConstantTicks{{Value: 0, Label: "0"}}
	largest := 0
	var sizes []int
	for _, s := range r.Samples {
		if s.Command == command && !slices.Contains(sizes, s.Size) {
			sizes = append(sizes, s.Size)
			largest = max(largest, s.Size)
		}
	}
	slices.Sort(sizes)
	last := 0
	for _, size := range sizes {
		tick := plot.Tick{Value: float64(size)}
		if size-last >= largest/10 {
			tick.Label, last = strconv.Itoa(size), size
		}
		ticks = append(ticks, tick)
	}
	return ticks
}
