#pragma once
/// The few Fortran routines of LAPACK that are called here (OpenBLAS brings them, but no header), and why.

extern "C" {
/// Bidiagonal form A = Q B Pᵀ.
void dgebrd_(const int* m, const int* n, double* a, const int* lda, double* d, double* e, double* tauq,
             double* taup, double* work, const int* lwork, int* info);
/// Q or Pᵀ of dgebrd as a matrix.
void dorgbr_(const char* vect, const int* m, const int* n, const int* k, double* a, const int* lda,
             const double* tau, double* work, const int* lwork, int* info);
/// Q or P of dgebrd times a matrix.
void dormbr_(const char* vect, const char* side, const char* trans, const int* m, const int* n, const int* k,
             const double* a, const int* lda, const double* tau, double* c, const int* ldc, double* work,
             const int* lwork, int* info);
/// Singular values of a bidiagonal matrix, to high relative accuracy.
void dbdsqr_(const char* uplo, const int* n, const int* ncvt, const int* nru, const int* ncc, double* d,
             double* e, double* vt, const int* ldvt, double* u, const int* ldu, double* c, const int* ldc,
             double* work, int* info);
/// Cholesky factor of a symmetric matrix, and solutions by it.
void dpotrf_(const char* uplo, const int* n, double* a, const int* lda, int* info);
void dpotrs_(const char* uplo, const int* n, const int* nrhs, const double* a, const int* lda, double* b,
             const int* ldb, int* info);
}
