/*
 * The two-parameter decay of equally spaced echoes in C: the algorithm of shared/fit/equally-spaced.ts and what
 * surrounds it (sums, status, T2, R2, S0, standard errors, R2, RMSE), as the limit that fit-speed.ts is held against.
 *
 * Usage: fit-speed <curves.f64> <voxels> <echoes> <first ms> <step ms> <certified residual> <repeats>
 * Prints nanoseconds per voxel (the best of the repeats), the number of ok voxels and the sum of T2.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Status 1 with seven results, or 0 for a curve that needs the slow search. */
static int fit(const double *y, int n, double first, double step, double lower, double upper,
               double certified, float *out) {
  double sum = 0, squares = 0, shifted = 0, shifted_squares = 0, lag1 = 0, lag2 = 0, a1_ = 0, a2_ = 0;
  for (int i = 0; i < n; i++) {
    double v = y[i], d = v - y[0];
    sum += v;
    squares += v * v;
    shifted += d;
    shifted_squares += d * d;
    lag1 += a2_ * a1_;
    lag2 += a2_ * v;
    a2_ = a1_;
    a1_ = v;
  }
  double total = shifted_squares - shifted * shifted / n;
  if (!(squares < INFINITY) || !(total > 0)) return 0;
  double q = lag2 / lag1, w = -log(q);
  for (int k = 0; k < 6; k++) {
    double power = 1, c0 = 0, c1 = 0, c2 = 0, c3 = 0;
    for (int i = 0; i < n; i++) {
      c0 += y[i] * power;
      c1 += c0;
      c2 += c1;
      c3 += c2;
      power *= q;
    }
    double per_a = 1 / c0, j1 = c1 * per_a, j2 = 2 * c2 * per_a - j1, j3 = 6 * c3 * per_a - 3 * j2 - 2 * j1;
    double k1 = n - j1, k2 = j2 - j1 * j1, k3 = j1 * (3 * j2 - 2 * j1 * j1) - j3;
    double x = q * q, end = power * power, e = x / (1 - x), f = end / (1 - end), nf = n * f;
    double ee = e * (1 + e), ff = nf * (n + nf), l1 = e - nf, l2 = ee - ff;
    double l3 = ee * (1 + 2 * e) - ff * (n + 2 * nf), d1 = l1 - k1, d2 = k2 - 2 * l2, d3 = 4 * l3 - k3;
    double dw = -2 * d1 * d2 / (2 * d2 * d2 - d1 * d3), size = fabs(dw) / w;
    if (!(size < 0.5 && w * d2 + d1 < 0 && c0 > 0 && n * (1 - x) > 0.05)) return 0;
    if (size > 2e-4) {
      w += dw;
      q = exp(-w);
      continue;
    }
    double s0 = (1 - end) / (1 - x), s1 = l1 * s0, s2 = (l2 + l1 * l1) * s0;
    double s3 = (l3 + l1 * (3 * l2 + l1 * l1)) * s0, b = s0 - dw * (2 * s1 - dw * (2 * s2 - 4.0 / 3 * dw * s3));
    double gain = dw * (d1 + dw * (0.5 * d2 + dw * d3 / 6)), explained = c0 * c0 / s0 * (1 + gain * (2 + 2 * gain));
    double amplitude = sqrt(explained / b), rate = (w + dw) / step, ssr = squares - explained;
    if (ssr < 1e-5 * squares) {
      ssr = 0;
      power = amplitude;
      for (int i = 0; i < n; i++) {
        double r = y[i] - power;
        ssr += r * r;
        power *= q * (1 - dw * (1 - dw * (0.5 - dw / 6)));
      }
    }
    if (!(ssr <= certified * squares && rate > lower && rate < upper)) return 0;
    s1 -= 2 * dw * s2;
    s2 -= 2 * dw * s3;
    s0 = b;
    double growth = exp(first * rate);
    double per = 1 / (step * step * (s0 * s2 - s1 * s1)), variance = ssr / (n - 2);
    double t2 = 1 / rate;
    double rate_error = sqrt(s0 * per / (amplitude * amplitude) * variance);
    out[0] = (float)t2;
    out[1] = (float)(1000 * rate);
    out[2] = (float)(amplitude * growth);
    out[3] = (float)(t2 * t2 * rate_error);
    out[4] = (float)(1000 * rate_error);
    out[5] = (float)(growth * sqrt((first * first * s0 + 2 * first * step * s1 + step * step * s2) *
                                   per * variance));
    out[6] = (float)(1 - ssr / total);
    out[7] = (float)sqrt(ssr / n);
    return rate_error <= rate ? 1 : 8;
  }
  return 0;
}

int main(int argc, char **argv) {
  if (argc != 8) return 2;
  long voxels = atol(argv[2]);
  int n = atoi(argv[3]), repeats = atoi(argv[7]);
  double first = atof(argv[4]), step = atof(argv[5]), certified = atof(argv[6]);
  double *y = malloc(sizeof(double) * (size_t)voxels * (size_t)n);
  float *out = calloc((size_t)voxels * 8, sizeof(float));
  FILE *file = fopen(argv[1], "rb");
  if (!y || !out || !file) return 3;
  if (fread(y, sizeof(double), (size_t)voxels * (size_t)n, file) != (size_t)voxels * (size_t)n) return 3;
  fclose(file);
  double lower = 1 / (10 * (first + (n - 1) * step)), upper = 1 / (0.1 * first), best = INFINITY, check = 0;
  long ok = 0;
  for (int repeat = 0; repeat < repeats; repeat++) {
    struct timespec t0, t1;
    ok = 0;
    check = 0;
    clock_gettime(CLOCK_MONOTONIC, &t0);
    for (long v = 0; v < voxels; v++) {
      ok += fit(y + v * n, n, first, step, lower, upper, certified, out + 8 * v) == 1;
    }
    clock_gettime(CLOCK_MONOTONIC, &t1);
    double ns = ((double)(t1.tv_sec - t0.tv_sec) * 1e9 + (double)(t1.tv_nsec - t0.tv_nsec)) / (double)voxels;
    if (ns < best) best = ns;
    for (long v = 0; v < voxels; v++) check += (double)out[8 * v];
  }
  printf("%.3f %ld %.6f\n", best, ok, check);
  return 0;
}
