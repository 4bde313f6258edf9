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

typedef struct {
  double s0, s1, s2;
} Powers;

static Powers power_sums(int n, double x) {
  Powers out = {0, 0, 0};
  double d = 1 - x;
  if (n * d < 0.05) {
    double power = 1;
    for (int i = 0; i < n; i++) {
      out.s0 += power;
      out.s1 += i * power;
      out.s2 += (double)i * i * power;
      power *= x;
    }
    return out;
  }
  double p = 1, square = x;
  for (int k = n; k > 0; k >>= 1) {
    if (k & 1) p *= square;
    square *= square;
  }
  double inverse = 1 / d;
  out.s0 = (1 - p) * inverse;
  out.s1 = (x * out.s0 - n * p) * inverse;
  out.s2 = (x * (out.s0 + 2 * out.s1) - (double)n * n * p) * inverse;
  return out;
}

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
  double rate = -log(lag2 / lag1) / step, before = 1e-6;
  for (int k = 0; k < 8; k++) {
    if (!(rate >= lower && rate <= upper)) return 0;
    double w = rate * step, q = exp(-w), power = 1, a = 0, av = 0, avv = 0;
    for (int i = 0; i < n; i++) {
      double term = y[i] * power, weighted = i * term;
      a += term;
      av += weighted;
      avv += i * weighted;
      power *= q;
    }
    Powers s = power_sums(n, q * q);
    double a1 = av / a, b1 = s.s1 / s.s0, g1 = w * (b1 - a1);
    double g2 = w * w * (avv / a - a1 * a1 - 2 * (s.s2 / s.s0 - b1 * b1)) + g1;
    double delta = -g1 / g2;
    if (!(g2 < 0 && a > 0 && fabs(delta) < 0.5)) return 0;
    rate *= (1 + 0.5 * delta) / (1 - 0.5 * delta);
    if (fabs(delta * delta * delta) > 1e-12 * before * before) {
      before = fabs(delta);
      continue;
    }
    double dw = rate * step - w, last = q * (1 - dw * (1 - 0.5 * dw));
    s = power_sums(n, last * last);
    double amplitude = (a - dw * (av - 0.5 * dw * avv)) / s.s0;
    double ssr = squares - amplitude * amplitude * s.s0;
    if (ssr < 1e-5 * squares) {
      ssr = 0;
      power = amplitude;
      for (int i = 0; i < n; i++) {
        double r = y[i] - power;
        ssr += r * r;
        power *= last;
      }
    }
    if (!(ssr <= certified * squares && rate > lower && rate < upper)) return 0;
    double growth = exp(first * rate);
    double per = 1 / (step * step * (s.s0 * s.s2 - s.s1 * s.s1)), variance = ssr / (n - 2);
    double s0 = amplitude * growth, t2 = 1 / rate;
    double rate_error = sqrt(s.s0 * per / (amplitude * amplitude) * variance);
    out[0] = (float)t2;
    out[1] = (float)(1000 * rate);
    out[2] = (float)s0;
    out[3] = (float)(t2 * t2 * rate_error);
    out[4] = (float)(1000 * rate_error);
    out[5] = (float)(growth * sqrt((first * first * s.s0 + 2 * first * step * s.s1 + step * step * s.s2) *
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
